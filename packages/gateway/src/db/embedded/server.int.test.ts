import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { databaseUrl, ensureDatabase } from './database.ts';
import { initialise } from './initialise.ts';
import { placeRuntime } from './placement.ts';
import { pidInUse } from './process-identity.ts';
import { chooseUser } from './run-as.ts';
import { findRuntime } from './runtime.ts';
import { startServer } from './server.ts';
import { serverLog } from './server-log.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(await realpath(tmpdir()), 'crmbet-pg-'));
  await chmod(base, 0o755);
});
afterEach(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));

it('ends a server that a fast shutdown does not end', async () => {
  const dataDir = join(base, 'postgres');
  const user = await chooseUser(dataDir);
  const where = {
    folder: base,
    runtime: await findRuntime(),
    user,
    elsewhere: join(base, 'else'),
    log: () => undefined,
  };
  const runtime = await placeRuntime(where);
  await initialise({ dataDir, runtime, user, password: 'secret' });
  const log = serverLog(join(base, 'postgres.log'));
  const server = await startServer({ dataDir, runtime, user, log });
  await ensureDatabase(server.port, 'secret');
  const client = postgres(databaseUrl(server.port, 'secret'), { max: 1, onnotice: () => undefined });
  const [row] = await client`select pg_backend_pid() as pid`;
  // A backend that does not listen: the fast shutdown waits for it for ever.
  process.kill(Number(row?.pid), 'SIGSTOP');
  await server.stop(300);
  await client.end({ timeout: 0 });
  expect(pidInUse(server.pid)).toBe(false);
  expect(log.tail(0, 50)).toContain('received immediate shutdown request');
}, 30_000);
