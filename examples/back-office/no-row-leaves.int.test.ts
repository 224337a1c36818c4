import { createFixtureGateway } from '@crmbet/widgets/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../scripts/lib/chromium.mjs';
import { type Recorded, type RecordingProxy, startRecordingProxy } from './scripts/recording-proxy.ts';
import { createBackOffice } from './server.ts';

const executablePath = findChromium();
if (!executablePath) console.warn('SKIPPED: that no row leaves the page, because no Chromium was found.');

const origin = 'http://127.0.0.1:8799';
const players = 4000;

/** Only what groups in the page: other elements may ask the gateway for what they show, at any moment. */
const page = `<!doctype html><html lang="en"><title>t</title><link rel="icon" href="/favicon.svg"><script type="module" src="/crmbet/widgets.js"></script>
<crmbet-session session-url="/session">
<crmbet-cluster-workbench engine-url="/crmbet/engine/index.js"></crmbet-cluster-workbench></crmbet-session></html>`;

/** Code of ours that is the same for everybody, and the icon that a browser asks for by itself. */
const isStatic = ({ pathname, search }: URL) =>
  search === '' && /^\/(crmbet\/engine\/[\w-]+\.js|favicon\.(ico|svg))$/.test(pathname);

/** What Chromium asks for on its own account, whatever is open in it; the page's policy lets the page itself reach none of them. */
const ofTheBrowser = new Set(
  [
    'accounts.google.com',
    'content-autofill.googleapis.com',
    'clients2.google.com',
    'update.googleapis.com',
    'safebrowsingohttpgateway.googleapis.com',
    'optimizationguide-pa.googleapis.com',
    'android.clients.google.com',
    'mtalk.google.com',
    'www.google.com',
  ].map((host) => `${host}:443`),
);

/** Those that carry something away, or might. */
const leaksAmong = (requests: readonly Recorded[]) =>
  requests.filter(
    ({ method, url, bodyBytes }) =>
      !(method === 'CONNECT' && ofTheBrowser.has(url)) &&
      (method !== 'GET' || bodyBytes > 0 || !url.startsWith(`${origin}/`) || !isStatic(new URL(url))),
  );

type Tampering = {
  /** Runs in the page before anything else. */
  inPage?: () => void;
  /** Added to the code of the worker. */
  inWorker?: string;
  /** Takes the policy off the worker's file. */
  withoutPolicy?: boolean;
};

describe.skipIf(!executablePath)('while players are grouped in the page', () => {
  let browser: Browser;
  let proxy: RecordingProxy;
  let tampering: Tampering = {};
  /** How many requests there were when the last byte of the columns was sent. */
  let atColumns = Number.POSITIVE_INFINITY;

  beforeAll(async () => {
    const gateway = createFixtureGateway({ players });
    const site = createBackOffice({ url: origin, secretKey: 'sk_fixture' });
    const answer = async (request: Request): Promise<Response> => {
      const { pathname } = new URL(request.url);
      if (pathname === '/session')
        return Response.json({ token: 't', expiresAt: new Date(Date.now() + 600_000).toISOString() });
      if (pathname.startsWith('/v1/')) return await gateway(request);
      const response = await site(request);
      if (pathname === '/') return new Response(page, response);
      if (!pathname.endsWith('/engine-worker.js')) return response;
      const headers = new Headers(response.headers);
      if (tampering.withoutPolicy) headers.delete('content-security-policy');
      return new Response(`${await response.text()}\n${tampering.inWorker ?? ''}`, { headers });
    };
    proxy = await startRecordingProxy(origin, async (request) => {
      const response = await answer(request);
      if (!request.url.includes('/v1/features/columns')) return response;
      const bytes = await response.arrayBuffer();
      atColumns = proxy.requests.length;
      return new Response(bytes, { headers: response.headers });
    });
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      proxy: { server: `http://127.0.0.1:${proxy.port}`, bypass: '<-loopback>' },
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.stop();
  });

  /** Groups, and gives what was asked for from the last byte of the columns until a while after the last result. */
  async function group(
    how: Tampering = {},
    ways: readonly string[] = ['5'],
  ): Promise<{ requests: Recorded[]; complaints: string[] }> {
    tampering = how;
    atColumns = Number.POSITIVE_INFINITY;
    const context = await browser.newContext();
    const complaints: string[] = [];
    try {
      const tab: Page = await context.newPage();
      tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      tab.on('pageerror', (error) => complaints.push(error.message));
      if (how.inPage) await tab.addInitScript(how.inPage);
      await tab.goto(`${origin}/`);
      const workbench = tab.locator('crmbet-cluster-workbench');
      for (const k of ways) {
        await workbench.locator('.count select').selectOption(k);
        await workbench.locator('button.primary').click();
        await expect.poll(() => workbench.locator('.legend li').count(), { timeout: 30_000 }).toBe(Number(k));
      }
      expect(await workbench.locator('.facts').textContent()).toContain('4,000 players');
      await tab.waitForTimeout(400);
      expect(atColumns).toBeLessThan(Number.POSITIVE_INFINITY);
      return { requests: proxy.requests.slice(atColumns), complaints };
    } finally {
      await context.close();
      proxy.requests.length = 0;
    }
  }

  it('no row leaves it: only code is fetched, and nothing is sent', async () => {
    const { requests, complaints } = await group({}, ['5', '3']);
    expect(leaksAmong(requests)).toEqual([]);
    // Proof that what a worker asks for is seen here as well: it loads its own code.
    expect(requests.map(({ url }) => url)).toContain(`${origin}/crmbet/engine/engine-worker.js`);
    expect(complaints).toEqual([]);
  });

  const whenRowsGoIn = (leak: string) => `
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, transfer) {
      if (message.type === 'load') { const row = message.columns.map((column) => column[0]).join(); ${leak} }
      return post.call(this, message, transfer);
    };`;
  it.each([
    ['a request with a body', "fetch('/leak', { method: 'POST', body: row });"],
    ['an address', "fetch('/favicon.ico?row=' + row);"],
    ['a beacon', "navigator.sendBeacon('/leak', row);"],
    ['an image', "new Image().src = '/pixel.gif?' + row;"],
    ['a socket', "new WebSocket('ws://127.0.0.1:8799/leak');"],
    ['a worker of its own', "new Worker('/leak.js?' + row);"],
  ])('and were it sent by %s, this would show it', async (_, leak) => {
    const { requests } = await group({ inPage: new Function(whenRowsGoIn(leak)) as () => void });
    expect(leaksAmong(requests).map(({ url }) => url)).toEqual([
      expect.stringMatching(/8799(\/leak|\/favicon.ico|\/pixel|$)/),
    ]);
  });

  const fromWorker = "setTimeout(() => fetch('/leak', { method: 'POST', body: 'row' }).catch(() => {}), 20);";
  it('and were it sent by the worker, the browser would refuse', async () => {
    const { requests } = await group({ inWorker: fromWorker });
    expect(leaksAmong(requests)).toEqual([]);
  });

  it('and without that policy, this would show it', async () => {
    const { requests } = await group({ inWorker: fromWorker, withoutPolicy: true });
    expect(leaksAmong(requests).map(({ url }) => url)).toContain(`${origin}/leak`);
  });
});
