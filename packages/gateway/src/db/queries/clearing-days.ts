import type { TransactionSql } from 'postgres';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { lockSetting, putSetting, readSetting } from './settings.ts';

/** Clearing old rows of `player_day`, some players a transaction, which also writes down how far it came. */
type Tx = TransactionSql<{ bigint: bigint }>;

const name = 'player_days_clearing';

const Clearing = z.object({
  /** Days before this one go: YYYY-MM-DD. */
  before: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** The last player that was looked at; null at the start. */
  after: z.object({ tenant: z.string(), player: z.string() }).nullable(),
  finished: z.boolean(),
  rows: z.number(),
});
export type Clearing = z.infer<typeof Clearing>;

const firstPlayer = '00000000-0000-0000-0000-000000000000';

export async function readClearing(tx: Tx): Promise<Clearing | undefined> {
  return Clearing.optional().parse(await lockSetting(tx, name));
}

/** The day before which days are gone, or are about to be; undefined where all are kept. */
export async function clearedBefore(db: Pick<Database, 'sql'>): Promise<string | undefined> {
  return Clearing.optional().parse(await readSetting(db, name))?.before;
}

async function writeClearing(tx: Tx, clearing: Clearing): Promise<Clearing> {
  await putSetting(tx, name, clearing);
  return clearing;
}

/** Looks at the next `chunk` rows, and at all rows of the last player among them, and deletes those of days before. */
export async function clearChunk(tx: Tx, clearing: Clearing, chunk: number): Promise<Clearing> {
  const after = clearing.after ?? (await firstOf(tx, null));
  if (after === undefined) return await writeClearing(tx, { ...clearing, finished: true });
  const [last] = await tx<{ player: string }[]>`
    SELECT player_id AS player FROM crmbet.player_day
    WHERE tenant_id = ${after.tenant} AND player_id > ${after.player}
    ORDER BY player_id LIMIT 1 OFFSET ${chunk - 1}`;
  const { count } = await tx`
    DELETE FROM crmbet.player_day
    WHERE tenant_id = ${after.tenant} AND player_id > ${after.player}
      ${last === undefined ? tx`` : tx`AND player_id <= ${last.player}`} AND day < ${clearing.before}`;
  const next = last === undefined ? await firstOf(tx, after.tenant) : { tenant: after.tenant, ...last };
  const rows = clearing.rows + count;
  return await writeClearing(
    tx,
    next === undefined ? { ...clearing, rows, finished: true } : { ...clearing, rows, after: next },
  );
}

/** Before the first player of the next tenant that has any days. */
async function firstOf(
  tx: Tx,
  tenant: string | null,
): Promise<{ tenant: string; player: string } | undefined> {
  const [row] = await tx<{ tenant: string }[]>`
    SELECT tenant_id AS tenant FROM crmbet.player_day
    ${tenant === null ? tx`` : tx`WHERE tenant_id > ${tenant}`} ORDER BY tenant_id LIMIT 1`;
  return row === undefined ? undefined : { tenant: row.tenant, player: firstPlayer };
}
