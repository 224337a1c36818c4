import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const crmbet = join(import.meta.dirname, '../../packages/gateway/bin/crmbet.mjs');

export type Gateway = { url: string; pid: number; stop(): Promise<void> };

/** A gateway as a user runs it, over a database that is up. */
export async function serve(databaseUrl: string, args: string[]): Promise<Gateway> {
  const child = spawn(process.execPath, [crmbet, 'serve', ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = /^ready (http\S+)$/.exec(line)?.[1];
    if (url !== undefined) resolve(url);
  });
  const url = await Promise.race([ready, exited.then(() => undefined)]);
  if (url === undefined) throw new Error('The gateway ended before it was ready.');
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** An operator of its own, by the command that makes one. */
export function createTenant(databaseUrl: string, slug: string): string {
  const text = execFileSync(process.execPath, [crmbet, 'tenants', 'create', slug], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    encoding: 'utf8',
  });
  const key = /"secretKey": "([^"]+)"/.exec(text)?.[1];
  if (key === undefined) throw new Error('The tenant has no key.');
  return key;
}

/** The processes that a primary has started, in the order in which it did. */
export function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state = 'Z']) => Number(parent) === pid && !state.startsWith('Z'))
    .map(([child]) => Number(child))
    .sort((a, b) => a - b);
}
