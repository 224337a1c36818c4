import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { placeRuntime, systemFolder } from '../db/embedded/placement.ts';
import { chooseUser, ids, type RunAs } from '../db/embedded/run-as.ts';
import { findRuntime, program, type Runtime } from '../db/embedded/runtime.ts';
import { serverSettings } from '../db/embedded/settings.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded/start-embedded-postgres.ts';
import { eventually } from './eventually.ts';

/** What the standby makes for itself, or must not have of the primary. */
const notCopied = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot', 'pg_dynshmem']);

/** A primary and a real streaming standby of it, both of their own: they may be stopped, paused and killed. */
export type Pair = {
  primaryUrl: string;
  standbyUrl: string;
  /** kill -9 of the standby's server. */
  killStandby(): Promise<void>;
  /** Starts the standby again and waits until it takes readers. */
  startStandby(): Promise<void>;
  /** The standby goes on receiving and stops showing anything new. */
  pauseReplay(): Promise<void>;
  resumeReplay(): Promise<void>;
  stop(): Promise<void>;
};

/** The package has neither pg_basebackup nor pg_ctl's promises: the data is copied between the two calls of a backup. */
export async function startPair(): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-standby-'));
  await chmod(folder, 0o755);
  const primary = await startEmbeddedPostgres({ folder });
  const data = join(primary.folder, 'postgres');
  const user = await chooseUser(data);
  const runtime = await placeRuntime({
    folder: primary.folder,
    runtime: await findRuntime(),
    user,
    elsewhere: systemFolder,
    log: () => {},
  });
  // Beside the primary's data and not below /tmp itself, which the server's user may write.
  const copy = join(folder, 'standby');
  await mkdir(copy, { mode: 0o700 });
  if (user !== undefined) await promisify(execFile)('chown', [`${user.uid}:${user.gid}`, copy]);
  await copyData(primary, data, copy, user);
  const port = await freePort();
  const url = new URL(primary.url);
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${url.username} password=${url.password} application_name=standby`;
  const standbyUrl = Object.assign(new URL(primary.url), { port: String(port) }).href;
  let server: ChildProcess | undefined;
  const asAdmin = async (statement: string) => {
    const client = postgres(standbyUrl, { max: 1, connect_timeout: 2, onnotice: () => {} });
    await client.unsafe(statement).finally(() => client.end({ timeout: 1 }));
  };
  const startStandby = async () => {
    server = launch(runtime, copy, port, conninfo, user);
    await eventually(() => asAdmin('SELECT 1'), 60_000);
  };
  const killStandby = async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    // Its children notice that their parent is gone, and free what they share, before another can start.
    await new Promise((next) => setTimeout(next, 500));
  };
  await startStandby();
  return {
    primaryUrl: primary.url,
    standbyUrl,
    killStandby,
    startStandby: async () => {
      await rm(join(copy, 'postmaster.pid'), { force: true });
      await startStandby();
    },
    pauseReplay: () => asAdmin('SELECT pg_wal_replay_pause()'),
    resumeReplay: () => asAdmin('SELECT pg_wal_replay_resume()'),
    stop: async () => {
      await killStandby();
      await primary.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function copyData(primary: EmbeddedPostgres, from: string, to: string, user: RunAs): Promise<void> {
  const client = postgres(primary.url, { max: 1, onnotice: () => {} });
  try {
    await client`SELECT pg_backup_start('standby', true)`;
    const names = (await readdir(from)).filter((name) => !notCopied.has(name));
    await promisify(execFile)('cp', ['-a', ...names.map((name) => join(from, name)), to]);
    const [label] = await client<{ labelfile: string }[]>`SELECT labelfile FROM pg_backup_stop(false)`;
    await writeFile(join(to, 'backup_label'), label?.labelfile ?? '');
  } finally {
    await client.end();
  }
  await writeFile(join(to, 'standby.signal'), '');
  for (const name of ['pg_wal/archive_status', 'pg_wal/summaries', 'pg_replslot', 'pg_dynshmem'])
    await mkdir(join(to, name), { recursive: true, mode: 0o700 });
  if (user !== undefined) await promisify(execFile)('chown', ['-R', `${user.uid}:${user.gid}`, to]);
}

function launch(runtime: Runtime, data: string, port: number, conninfo: string, user: RunAs): ChildProcess {
  const settings = {
    ...serverSettings(port),
    cluster_name: 'standby',
    hot_standby: 'on',
    primary_conninfo: conninfo,
    wal_retrieve_retry_interval: '200ms',
  };
  return spawn(
    program(runtime, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      stdio: ['ignore', 'ignore', process.env.STANDBY_LOG === undefined ? 'ignore' : 'inherit'],
      cwd: data,
      env: { ...process.env, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' },
      ...ids(user),
    },
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  probe.close();
  return port;
}
