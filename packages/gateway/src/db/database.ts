import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import * as schema from './schema/index.ts';
import { openSql } from './sql-client.ts';

/** postgres.js's own connection pool: the write path speaks SQL through it. */
export type PostgresClient = Sql<{ bigint: bigint }>;

/** The pool twice over: as SQL for the hot path, as drizzle for everything else. */
export type Database = {
  sql: PostgresClient;
  orm: PostgresJsDatabase<typeof schema>;
  close(): Promise<void>;
};

/** @param options.max connections of the write path and of reads; drizzle's pool has at most half as many besides */
export function connect(url: string, { max = 16 }: { max?: number } = {}): Database {
  const sql = openSql(url, max);
  // drizzle rewrites the parsers of the client that it is given, so it has a pool of its own.
  const ormClient = openSql(url, Math.max(2, Math.ceil(max / 2)));
  return {
    sql,
    orm: drizzle(ormClient, { schema }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })]);
    },
  };
}
