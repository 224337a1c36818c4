import postgres from 'postgres';
import type { PostgresClient } from './database.ts';
import { surviveLostConnections } from './lost-connection.ts';

/**
 * Before a connection that was lost or refused is tried again. The client's own way is to wait up to 20 s, each connection for itself:
 * a database that is back would stay unused for as long.
 */
const reconnectSeconds = (attempt: number): number =>
  Math.min(3 ** attempt / 100, 1) * (0.5 + Math.random() / 2);

/** A pool of connections that speaks SQL. In a file without drizzle: a thread that needs no more starts in half the time. */
export const openSql = (url: string, connections: number): PostgresClient =>
  surviveLostConnections(
    postgres(url, {
      max: connections,
      connect_timeout: 10,
      idle_timeout: 0,
      backoff: reconnectSeconds,
      onnotice: () => {},
      connection: { application_name: 'crmbet', TimeZone: 'UTC' },
      types: { bigint: postgres.BigInt },
    }),
  );
