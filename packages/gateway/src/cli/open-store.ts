import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { databaseUrl } from '../db/embedded/database.ts';
import { EmbeddedPostgresError } from '../db/embedded/errors.ts';
import { loadPassword } from '../db/embedded/password.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../db/embedded/start-embedded-postgres.ts';

export type Store = {
  url: string;
  /** Undefined where the database is somebody else's. */
  embedded: EmbeddedPostgres | undefined;
  close(): Promise<void>;
};

/** The database to work on: DATABASE_URL where it is set, a PostgreSQL of our own where it is not. */
export async function openStore(config: Config, tell: { log(line: string): void }): Promise<Store> {
  if (config.databaseUrl !== undefined)
    return { url: config.databaseUrl, embedded: undefined, close: async () => {} };
  const embedded = await startEmbeddedPostgres({ folder: config.folder, log: tell.log });
  return { url: embedded.url, embedded, close: () => embedded.stop() };
}

/** As openStore, but beside a gateway that has the folder open: then its running database is used, and left running. */
export async function joinStore(
  config: Config,
  tell: { log(line: string): void },
): Promise<Pick<Store, 'url' | 'close'>> {
  try {
    return await openStore(config, tell);
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError) || error.code !== 'data_folder_locked') throw error;
    const port = await portOfRunning(config.folder);
    if (port === undefined) throw error;
    return { url: databaseUrl(port, await loadPassword(config.folder, false)), close: async () => {} };
  }
}

/** PostgreSQL writes its port on the fourth line of postmaster.pid. */
async function portOfRunning(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(text.split('\n')[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
