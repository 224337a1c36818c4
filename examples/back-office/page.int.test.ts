import { createFixtureGateway } from '@crmbet/widgets/testing';
import { serve } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { createBackOffice } from './server.ts';

const executablePath = findChromium();
if (!executablePath) console.warn('SKIPPED: the back office in a browser, because no Chromium was found.');

/** The whole page, with the elements as they are built, over made-up data, in a real browser and under its own policy. */
describe.skipIf(!executablePath)('the back office in a browser', () => {
  let browser: Browser;
  let url: string;
  let stop: () => Promise<void>;
  const complaints: string[] = [];

  beforeAll(async () => {
    const gateway = createFixtureGateway({ players: 3000, streamMs: 200 });
    let site: ((request: Request) => Promise<Response>) | undefined;
    const fetch = async (request: Request) => {
      if (new URL(request.url).pathname.startsWith('/v1/')) return gateway(request);
      return site ? site(request) : new Response(null, { status: 503 });
    };
    const port = await new Promise<number>((ready) => {
      const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, (address) => ready(address.port));
      stop = () =>
        new Promise((done) => {
          server.close(() => done());
          // A browser keeps its streams open for as long as it may.
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
    });
    url = `http://127.0.0.1:${port}`;
    site = createBackOffice({ url, secretKey: 'sk_fixture' });
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stop?.();
  });

  async function open(hash: string, { width = 1440, locale = 'en' } = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      locale,
      colorScheme: 'light',
    });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${url}/${hash}`);
    await page.locator('crmbet-players-table tbody tr[aria-rowindex="2"]').waitFor({ state: 'attached' });
    return page;
  }
  const rowsOf = (page: Page) => page.locator('crmbet-players-table tbody tr:not([hidden])');

  it('shows every element, and the browser refuses and misses nothing', async () => {
    const page = await open('#overview');
    await page.locator('crmbet-kpis .tile').nth(5).waitFor();
    await page.locator('crmbet-cluster-explorer .legend li').nth(5).waitFor();
    await page.locator('crmbet-live-feed li').first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('opens a player beside the list, with an address of its own, and gives the focus back', async () => {
    const page = await open('#players');
    await page.locator('crmbet-players-table table').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const name = (await page.locator('crmbet-player-card h2').textContent())?.trim() ?? '';
    expect(new URL(page.url()).hash).toBe(`#players/${name}`);
    await page.reload();
    expect((await page.locator('crmbet-player-card h2').textContent())?.trim()).toBe(name);
    await page.keyboard.press('Escape');
    await page.locator('#drawer').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).hash).toBe('#players');
    await page.context().close();
  });

  it('filters the players by the cluster and by the segment that somebody chose', async () => {
    const page = await open('#clusters');
    await page.locator('crmbet-cluster-explorer .legend button').nth(1).click();
    const cluster = (await page.locator('crmbet-cluster-explorer .legend .name').nth(1).textContent()) ?? '';
    await page.locator('crmbet-players-table .chip').waitFor();
    await page.waitForFunction(
      () => !document.querySelector('crmbet-players-table')?.shadowRoot?.querySelector('.cover'),
    );
    expect(new Set(await rowsOf(page).locator('[data-col=cluster]').allTextContents())).toEqual(
      new Set([cluster]),
    );
    await page.goto(`${url}/#segments`);
    const segment = page.locator('crmbet-segments button').first();
    await segment.click();
    const name = (await segment.locator('.name').textContent()) ?? '';
    await page.locator('crmbet-players-table .chip', { hasText: name }).waitFor();
    await page.context().close();
  });

  it('speaks the language and wears the theme that somebody chose, also at the next visit', async () => {
    const page = await open('#overview', { locale: 'pt-BR' });
    expect(await page.locator('h1').textContent()).toBe('Visão geral');
    await page.locator('#language').selectOption('es');
    await page.locator('crmbet-kpis', { hasText: 'Jugadores activos' }).waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.locator('#theme').click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect([await page.locator('h1').textContent(), await ground()]).toEqual(['Resumen', dark]);
    await page.context().close();
  });

  it.each(['#overview', '#players', '#clusters', '#segments'])(
    'fits a phone of 360 pixels: %s',
    async (hash) => {
      const page = await open(hash, { width: 360 });
      await page.locator('crmbet-players-table').scrollIntoViewIfNeeded();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await page.context().close();
    },
  );
});
