import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const command = join(import.meta.dirname, '../packages/gateway/bin/crmbet.mjs');

export type Gateway = { url: string; pid: number; stop(): Promise<void> };

/** A gateway as a user runs it, over a database that is up. */
export async function serve(databaseUrl: string, args: string[] = []): Promise<Gateway> {
  const child = spawn(process.execPath, [command, 'serve', ...args], {
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

/** Runs a command of ours to its end; gives what it printed. */
export const crmbet = (databaseUrl: string, ...args: string[]): string =>
  execFileSync(process.execPath, [command, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    encoding: 'utf8',
  });

/** An operator of its own, by the command that makes one. @returns its secret key */
export function createTenant(databaseUrl: string, slug: string): string {
  const key = /"secretKey": "([^"]+)"/.exec(crmbet(databaseUrl, 'tenants', 'create', slug))?.[1];
  if (key === undefined) throw new Error('The tenant has no key.');
  return key;
}
