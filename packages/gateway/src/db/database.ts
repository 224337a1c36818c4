import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import * as schema from './schema/index.ts';

/** postgres.js's own connection pool: the write path speaks SQL through it. */
export type PostgresClient = Sql<{ bigint: bigint }>;

/** The pool twice over: as SQL for the hot path, as drizzle for everything else. */
export type Database = {
  sql: PostgresClient;
  orm: PostgresJsDatabase<typeof schema>;
  close(): Promise<void>;
};

export function connect(url: string, options: { max?: number } = {}): Database {
  const open = () =>
    postgres(url, {
      max: options.max ?? 16,
      connect_timeout: 10,
      idle_timeout: 0,
      onnotice: () => {},
      connection: { application_name: 'crmbet', TimeZone: 'UTC' },
      types: { bigint: postgres.BigInt },
    });
  const sql = open();
  // drizzle rewrites the parsers of the client that it is given, so it has a pool of its own.
  const ormClient = open();
  return {
    sql,
    orm: drizzle(ormClient, { schema }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })]);
    },
  };
}
