import { dirname, join } from 'node:path';
import { inspectData } from './data-folder.ts';
import { databaseUrl, ensureDatabase } from './database.ts';
import { clearStaging, initialise } from './initialise.ts';
import { stopLeftovers } from './leftovers.ts';
import { acquireLock, type Lock } from './lock.ts';
import { loadPassword } from './password.ts';
import { placeData, placeRuntime, prepareFolder, systemFolder } from './placement.ts';
import { chooseUser } from './run-as.ts';
import { findRuntime } from './runtime.ts';
import { type Exit, type Server, startServer } from './server.ts';
import { serverLog } from './server-log.ts';

/** The steps that a start tells of, in this order; most starts skip the middle ones. */
export type EmbeddedPostgresStep =
  | 'preparing'
  | 'stopping_leftover'
  | 'initialising'
  | 'recovering'
  | 'starting'
  | 'ready';

export type EmbeddedPostgresOptions = {
  /** The folder for everything: `postgres` (data), `postgres.log`, `postgres.password`, `lock`. Made if missing. */
  readonly folder: string;
  readonly onProgress?: (step: EmbeddedPostgresStep) => void;
  /** Takes a sentence about anything out of the ordinary: data kept elsewhere, a leftover stopped. */
  readonly log?: (line: string) => void;
  /** Where data and programs go if we are root and the server's user cannot reach the folder. */
  readonly elsewhere?: string;
};

export type EmbeddedPostgres = {
  /** `postgres://crmbet:…@127.0.0.1:port/crmbet`. Holds the password: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The real path of the folder. */
  readonly folder: string;
  /** True where the run before had not ended cleanly: a crash was recovered from, or a leftover server stopped. */
  readonly recovered: boolean;
  /** Resolves when the server process is gone, asked or not. */
  readonly exited: Promise<Exit>;
  /** Ends the server and gives the folder free. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Starts the default database: PostgreSQL from its registry package, on a data folder of its own, reachable on
 * 127.0.0.1 only, by password. The server lives in a process group of its own and ends by `stop()`.
 * @throws EmbeddedPostgresError with a `code` and a sentence for a person
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { onProgress = () => undefined, log = () => undefined, elsewhere = systemFolder } = options;
  onProgress('preparing');
  const folder = await prepareFolder(options.folder);
  const locks: Lock[] = [await acquireLock(join(folder, 'lock'))];
  const release = async () => {
    for (const lock of locks.reverse()) await lock.release();
  };
  let server: Server | undefined;
  try {
    const user = await chooseUser(join(folder, 'postgres'));
    const where = { folder, runtime: await findRuntime(), user, elsewhere, log };
    const runtime = await placeRuntime(where);
    const dataDir = await placeData(where);
    // Two folders may lead to the same data, a copied clone for one: it has a lock of its own.
    if (dirname(dataDir) !== folder) locks.push(await acquireLock(join(dirname(dataDir), 'lock')));

    const leftover = await stopLeftovers(dataDir, (line) => {
      onProgress('stopping_leftover');
      log(line);
    });
    const state = await inspectData(dataDir, runtime, log);
    const password = await loadPassword(folder, state === 'empty');
    if (state === 'empty') {
      onProgress('initialising');
      await initialise({ dataDir, runtime, user, password });
    } else {
      await clearStaging(dataDir);
    }

    const serverOutput = serverLog(join(folder, 'postgres.log'));
    serverOutput.trim();
    onProgress(state === 'crashed' ? 'recovering' : 'starting');
    server = await startServer({ dataDir, runtime, user, log: serverOutput });
    await ensureDatabase(server.port, password);
    onProgress('ready');

    const trimmer = setInterval(() => serverOutput.trim(), 60_000).unref();
    const running = server;
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      clearInterval(trimmer);
      await running.stop();
      await release();
    };
    return {
      url: databaseUrl(running.port, password),
      port: running.port,
      pid: running.pid,
      folder,
      recovered: leftover || state === 'crashed',
      exited: running.exited,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await server?.stop().catch(() => undefined);
    await release();
    throw error;
  }
}
