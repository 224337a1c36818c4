import type { TransactionSql } from 'postgres';
import { z } from 'zod';
import type { PostgresClient } from '../database.ts';
import { putSetting } from './settings.ts';

/**
 * Up to which instant events were retired, with their ids. It is written before anything goes, and read by every gateway:
 * whatever its own configuration says, an event from before it is refused, because its id may be forgotten.
 */
export type RetiredBefore = { before: number; announcedAt: number };

type Sql = PostgresClient | TransactionSql<{ bigint: bigint }>;

const name = 'events_retired_before';
const Value = z.object({ before: z.number(), announcedAt: z.number() });

export async function readRetiredBefore(sql: Sql): Promise<RetiredBefore | undefined> {
  const [row] = await sql<{ value: unknown }[]>`SELECT value FROM crmbet.settings WHERE name = ${name}`;
  return row === undefined ? undefined : Value.parse(row.value);
}

/** Within a transaction that holds the lock of whoever makes partitions. It never goes back. */
export async function raiseRetiredBefore(
  tx: TransactionSql<{ bigint: bigint }>,
  wanted: RetiredBefore,
): Promise<void> {
  const stored = await readRetiredBefore(tx);
  if (stored !== undefined && stored.before >= wanted.before) return;
  await putSetting(tx, name, wanted);
}
