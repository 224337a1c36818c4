import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type DemoGateway = {
  /** What the demo writes about itself: its address and its keys. */
  readonly demo: { readonly url: string; readonly secretKey: string; readonly publishableKey: string };
  readonly folder: string;
  stop(): Promise<void>;
};

/** The demo as `npm start` runs it, from source, with a small history, on a port and in a folder of its own. */
export async function startDemoGateway(port: number): Promise<DemoGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-readme-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  const main = join(import.meta.dirname, '../../packages/gateway/src/main.ts');
  const child = spawn(process.execPath, [main, 'demo', '--players', '300', '--days', '30', '--seed', '1'], {
    env: { ...process.env, CRMBET_FOLDER: folder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const output: string[] = [];
  const ready = new Promise<true>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (line.startsWith('ready http')) resolve(true);
      });
    }
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  if ((await Promise.race([ready, exited])) !== true) {
    await stop();
    throw new Error(`The demo did not become ready:\n${output.join('\n')}`);
  }
  const demo = JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8'));
  return { demo, folder, stop };
}
