import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';

/**
 * Pictures of the back office, for people to look at: every view, both themes, a desk's and a phone's width, the
 * languages. `node scripts/pictures.ts [url] [folder]`; start the fixture server, or a demo, first. What the page says
 * to its console as an error (a refused style, a failed request) ends it with 1.
 */
const [url = 'http://127.0.0.1:8791', folder = new URL('../pictures/', import.meta.url).pathname] =
  process.argv.slice(2);
const only = process.env.ONLY;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

type Look = { width: number; height: number; theme: 'light' | 'dark'; lang: string };
const desk = { width: 1440, height: 1024 };
const phone = { width: 390, height: 844 };

const complaints: string[] = [];

async function open(browser: Browser, { width, height, theme, lang }: Look, hash: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: lang,
    timezoneId: 'America/Sao_Paulo',
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${hash} ${theme} ${width}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${hash} ${theme} ${width}: ${error.message}`));
  await page.goto(`${url}/${hash}`);
  await page.locator('crmbet-players-table tbody tr[aria-rowindex="2"]').waitFor({ state: 'attached' });
  if (!hash.startsWith('#players')) await page.waitForTimeout(1500);
  return page;
}

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath });
  const shoot = async (
    name: string,
    look: Look,
    hash: string,
    act?: (page: Page) => Promise<void>,
    fullPage = false,
  ) => {
    if (only !== undefined && !name.includes(only)) return;
    const page = await open(browser, look, hash);
    await act?.(page);
    await page.waitForTimeout(700);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) complaints.push(`${name}: the page is ${overflow} px too wide`);
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
    await page.context().close();
    console.log(name);
  };
  const aPlayer = async (page: Page) => {
    await page.locator('crmbet-players-table tbody td').first().click();
    await page.locator('crmbet-player-card article').waitFor();
  };
  const someRestricted = async (page: Page) => {
    const restricted = page.locator('crmbet-players-table tbody tr[data-restricted] td').first();
    await page.locator('crmbet-players-table table').focus();
    for (let pages = 0; pages < 60 && (await restricted.count()) === 0; pages += 1) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(120);
    }
    await restricted.click();
    await page.locator('crmbet-player-card .banner').waitFor();
  };
  for (const theme of ['light', 'dark'] as const) {
    const lang = theme === 'light' ? 'en' : 'pt-BR';
    await shoot(`overview-${theme}`, { ...desk, theme, lang }, '#overview');
    if (theme === 'light') {
      // The one that the README shows: with a feed that has had time to fill.
      await shoot('readme', { ...desk, height: 960, theme, lang }, '#overview', (page) =>
        page.locator('crmbet-live-feed li').nth(8).waitFor({ timeout: 90_000 }),
      );
    }
    await shoot(`overview-full-${theme}`, { ...desk, theme, lang }, '#overview', undefined, true);
    await shoot(`players-${theme}`, { ...desk, theme, lang }, '#players', aPlayer);
    await shoot(`restricted-${theme}`, { ...desk, theme, lang }, '#players', async (page) => {
      await page.locator('crmbet-players-table select').selectOption('turnover');
      await page.waitForTimeout(600);
      await someRestricted(page);
    });
    await shoot(`clusters-${theme}`, { ...desk, theme, lang }, '#clusters', async (page) => {
      await page.locator('crmbet-cluster-explorer .legend button').nth(2).click();
      const box = await page.locator('crmbet-cluster-explorer canvas').boundingBox();
      if (box !== null)
        await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.7, { steps: 12 });
    });
    await shoot(
      `workbench-${theme}`,
      { ...desk, theme, lang },
      '#clusters',
      async (page) => {
        await page.locator('crmbet-cluster-workbench button.primary').click();
        await page.locator('crmbet-cluster-workbench .legend li').first().waitFor({ timeout: 90_000 });
      },
      true,
    );
    await shoot(`training-${theme}`, { ...desk, theme, lang }, '#clusters', async (page) => {
      await page.locator('crmbet-cluster-explorer .train button').click();
    });
    await shoot(`segments-${theme}`, { ...desk, theme, lang }, '#segments', async (page) => {
      await page.locator('crmbet-segments button').first().click();
    });
    await shoot(`phone-overview-${theme}`, { ...phone, theme, lang }, '#overview', undefined, true);
    await shoot(`phone-players-${theme}`, { ...phone, theme, lang }, '#players');
    await shoot(`phone-player-${theme}`, { ...phone, theme, lang }, '#players', aPlayer);
    await shoot(`phone-clusters-${theme}`, { ...phone, theme, lang }, '#clusters', undefined, true);
    await shoot(`phone-segments-${theme}`, { ...phone, width: 360, theme, lang }, '#segments');
  }
  await browser.close();
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
}

await main();
