import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoGateway, startDemoGateway } from './demo-gateway.ts';
import { type Sample, samplesOf } from './samples.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const readme = join(root, 'README.md');
/** Inside the repository, where a sample finds our packages as an operator's file would. */
const folder = join(root, 'tests', '.readme');

const samples = existsSync(readme) ? samplesOf(await readFile(readme, 'utf8')) : [];
const of = (...languages: string[]) => samples.filter(({ language }) => languages.includes(language));

describe.skipIf(!existsSync(readme))('the samples of README.md', () => {
  let gateway: DemoGateway;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    gateway = await startDemoGateway(await freePort());
    const { url, secretKey, publishableKey } = gateway.demo;
    env = {
      ...process.env,
      CRMBET_URL: url,
      CRMBET_SECRET_KEY: secretKey,
      CRMBET_PUBLISHABLE_KEY: publishableKey,
      CURL_HOME: folder,
    };
    await mkdir(folder, { recursive: true });
    // An answer of 400 or above makes curl, and with it the sample, fail.
    await writeFile(join(folder, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  }, 180_000);

  afterAll(async () => {
    await gateway?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The README speaks of the demo's usual address and folder; here both are the test's own. */
  const here = ({ code }: Sample) =>
    code
      .replaceAll('http://127.0.0.1:8787', gateway.demo.url)
      .replaceAll('.crmbet/demo.json', join(gateway.folder, 'demo.json'));

  it('are there: TypeScript, shell and HTML', () => {
    expect(new Set(samples.map(({ language }) => language))).toEqual(new Set(['ts', 'sh', 'html']));
  });

  it.each(of('ts'))('$name compiles and runs', async (sample) => {
    const file = join(folder, `${sample.name}.ts`);
    await writeFile(file, here(sample));
    const config = join(folder, `${sample.name}.json`);
    const compilerOptions = { noEmit: true, types: ['node'] };
    await writeFile(
      config,
      JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, files: [file] }),
    );
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { env });
    await run(process.execPath, [file], { cwd: root, env });
  });

  it.each(of('sh'))('$name runs', async (sample) => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here(sample)], { cwd: root, env });
    expect(stdout).not.toBe('');
  });

  it.each(of('html'))('$name uses elements that exist', ({ code }) => {
    const tags = [...code.matchAll(/<crmbet-([a-z-]+)/g)].map(([, tag = '']) => tag);
    expect(tags).not.toEqual([]);
    for (const tag of tags) {
      expect(existsSync(join(root, 'packages/widgets/src/elements', tag)), `<crmbet-${tag}>`).toBe(true);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
