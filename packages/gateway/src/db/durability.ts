import { CrmbetError } from '../errors/crmbet-error.ts';
import type { PostgresClient } from './database.ts';

/** An answered event is a promise; a server that may forget a commit cannot keep it, so the gateway does not start on one. */
export async function requireDurability(sql: PostgresClient): Promise<void> {
  const [row] = await sql<{ fsync: string; commit: string }[]>`
    SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`;
  if (row?.fsync !== 'on') {
    throw new CrmbetError(
      'store_unavailable',
      'The database runs with fsync=off and may lose what it confirmed. Turn it on.',
    );
  }
  if (row.commit === 'off') {
    throw new CrmbetError(
      'store_unavailable',
      'The database runs with synchronous_commit=off and may lose what it confirmed. Turn it on.',
    );
  }
}
