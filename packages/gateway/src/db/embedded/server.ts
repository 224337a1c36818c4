import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.ts';
import { ids, type RunAs } from './run-as.ts';
import { program, type Runtime } from './runtime.ts';
import type { ServerLog } from './server-log.ts';
import { serverSettings } from './settings.ts';

/** How a server process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A running server. */
export type Server = {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** A fast shutdown (open transactions are rolled back), then an immediate one; resolves when it is over. */
  stop(patienceMs?: number): Promise<void>;
};

type Options = { dataDir: string; runtime: Runtime; user: RunAs; log: ServerLog };

/** What may pass by itself: another program took the port, or the last of an earlier server is still leaving. */
const passing = /Address already in use|pre-existing shared memory block|postmaster\.pid" already exists/;

/** Starts a server on a free port and waits until it takes connections, through a crash recovery if need be. */
export async function startServer(options: Options): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const from = options.log.size();
    const server = await launch(options, await freePort());
    if (await becomesReady(server, options.dataDir)) return server;
    const said = options.log.tail(from);
    if (attempt < 4 && passing.test(said)) {
      await sleep(500 * attempt);
      continue;
    }
    throw new EmbeddedPostgresError('start_failed', `PostgreSQL did not start. The end of its log:\n${said}`);
  }
}

async function launch({ dataDir, runtime, user, log }: Options, port: number): Promise<Server> {
  const settings = Object.entries(serverSettings(port)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const output = log.open();
  try {
    const child = spawn(program(runtime, 'postgres'), ['-D', dataDir, ...settings], {
      // A process group of its own: Ctrl-C in the terminal must not end it before the gateway has drained.
      detached: true,
      stdio: ['ignore', output, output],
      cwd: dataDir,
      env: { ...process.env, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' },
      ...ids(user),
    });
    const exited = exitOf(child);
    const { pid } = child;
    if (pid === undefined) {
      const { error } = await exited;
      throw new EmbeddedPostgresError(
        'start_failed',
        `PostgreSQL did not start: ${error?.message ?? 'no process'}`,
      );
    }
    child.unref();
    return { port, pid, exited, stop: (patienceMs = 30_000) => stop(child, exited, patienceMs) };
  } finally {
    closeSync(output);
  }
}

function exitOf(child: ChildProcess): Promise<Exit & { error?: Error }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function stop(child: ChildProcess, exited: Promise<Exit>, patienceMs: number): Promise<void> {
  const steps = [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 10_000],
  ] as const;
  for (const [signal, waitMs] of steps) {
    child.kill(signal);
    if (await within(exited, waitMs)) return;
  }
  throw new EmbeddedPostgresError(
    'stop_failed',
    `PostgreSQL (pid ${child.pid}) does not end, not even by an immediate shutdown. End it by hand.`,
  );
}

async function within(exited: Promise<Exit>, waitMs: number): Promise<boolean> {
  const abort = new AbortController();
  const timeout = sleep(waitMs, false, { signal: abort.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), timeout]);
  abort.abort();
  return ended;
}

/** The last line of postmaster.pid says how far the server is, as pg_ctl reads it. False: it ended instead. */
async function becomesReady(server: Server, dataDir: string): Promise<boolean> {
  let ended = false;
  server.exited.then(() => {
    ended = true;
  });
  while (!ended) {
    const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(10);
  }
  return false;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
