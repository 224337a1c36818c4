import { type Config, readConfig } from '../config/config.ts';
import { connect, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { joinStore } from './open-store.ts';

/** Runs a command over the database of the configuration, its schema up to date, and closes what it opened. */
export async function withDatabase<T>(
  use: (db: Database, config: Config, url: string) => Promise<T>,
): Promise<T> {
  const config = readConfig(process.env, process.cwd());
  const store = await joinStore(config, { log: (line) => process.stderr.write(`${line}\n`) });
  try {
    await migrate(store.url);
    const db = connect(store.url, { max: 2 });
    try {
      return await use(db, config, store.url);
    } finally {
      await db.close();
    }
  } finally {
    await store.close();
  }
}
