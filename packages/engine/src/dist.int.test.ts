import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The bundle as it is published, built afresh, in Node and behind a strict content security policy. */

const run = promisify(execFile);
const chromiumPath = process.env.CRMBET_CHROMIUM ?? '/usr/bin/chromium';

// Runs in both: prints the device and the sizes with two workers and with none.
const program = `
  const column = (f) => Float32Array.from({ length: 5000 }, (_, i) => f(i));
  const matrix = engine.FeatureMatrix.fromColumns(['a', 'b'], [column((i) => i % 7), column((i) => (i % 7) * 3 + (i % 2))]);
  const [workers, page] = [
    await engine.kmeans(matrix, { k: 7, threads: 2 }),
    await engine.kmeans(matrix, { k: 7, threads: 0 }),
  ];
  const result = [workers.model.device, workers.model.sizes.toSorted().join(), JSON.stringify(workers.model) === JSON.stringify(page.model)];
`;
const sizes = '714,714,714,714,714,715,715';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crmbet-engine-'));
  const tsup = createRequire(import.meta.url).resolve('tsup/package.json');
  const { bin } = JSON.parse(await readFile(tsup, 'utf8'));
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  await run(process.execPath, [join(dirname(tsup), bin.tsup), '--out-dir', folder], { cwd });
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the bundle', () => {
  it('runs in Node with its workers', async () => {
    const engine = pathToFileURL(join(folder, 'index.js')).href;
    const source = `const engine = await import('${engine}'); ${program} console.log(JSON.stringify(result));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
      timeout: 30_000,
    });
    expect(JSON.parse(stdout)).toEqual(['relaxed', sizes, true]);
  });

  it('names neither Node’s modules nor its package for WebGPU where a browser’s bundler would see it', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
    // The code lies in chunks beside the entries.
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(await readFile(join(folder, file), 'utf8')).not.toMatch(
        /(import|from|require)\s*\(?\s*["'`](node:|webgpu["'`])/,
      );
    }
  });
});

describe.skipIf(!existsSync(chromiumPath))('the bundle in Chromium', () => {
  it.each([
    ['takes SIMD where the policy allows WebAssembly', "'self' 'wasm-unsafe-eval'", 'relaxed'],
    ['takes JavaScript where the policy refuses it', "'self'", 'js'],
  ])(
    '%s',
    async (_, scripts, device) => {
      const policy = `default-src 'none'; script-src ${scripts}; worker-src 'self'`;
      const { server, url } = await serve(policy);
      const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        await page.goto(url);
        await page.waitForFunction(() => document.title !== '', undefined, { timeout: 20_000 });
        // Nothing here is isolated, and yet there are threads.
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
        expect(JSON.parse(await page.title())).toEqual([device, sizes, true]);
      } finally {
        await browser.close();
        server.close();
      }
    },
    60_000,
  );
});

async function serve(policy: string): Promise<{ server: Server; url: string }> {
  const pages: Record<string, string> = {
    '': '<!doctype html><script type="module" src="/page.js"></script>',
    'page.js': `import * as engine from '/index.js';
      try { ${program} document.title = JSON.stringify(result); } catch (error) { document.title = JSON.stringify(String(error)); }`,
  };
  const server = createServer(async (request, response) => {
    const name = basename(request.url ?? '');
    const type = name === '' ? 'text/html' : 'text/javascript';
    try {
      const body = pages[name] ?? (await readFile(join(folder, name)));
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no address.');
  return { server, url: `http://127.0.0.1:${address.port}/` };
}
