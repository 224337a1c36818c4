import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { advisoryLocks } from './advisory-locks.ts';

/** Brings the schema up to date; safe to call from several processes at once, and a no-op when it already is. */
export async function migrate(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client`SELECT pg_advisory_lock(${advisoryLocks.migrations})`;
    await applyMigrations(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
      migrationsSchema: 'crmbet',
      migrationsTable: 'migrations',
    });
  } finally {
    await client.end();
  }
}
