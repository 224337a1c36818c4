import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { surviveLostConnections } from './lost-connection.ts';
import * as schema from './schema/index.ts';

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
  const open = (connections: number) =>
    surviveLostConnections(
      postgres(url, {
        max: connections,
        connect_timeout: 10,
        idle_timeout: 0,
        onnotice: () => {},
        connection: { application_name: 'crmbet', TimeZone: 'UTC' },
        types: { bigint: postgres.BigInt },
      }),
    );
  const sql = open(max);
  // drizzle rewrites the parsers of the client that it is given, so it has a pool of its own.
  const ormClient = open(Math.max(2, Math.ceil(max / 2)));
  return {
    sql,
    orm: drizzle(ormClient, { schema }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), ormClient.end({ timeout: 5 })]);
    },
  };
}
