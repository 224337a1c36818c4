import type { TransactionSql } from 'postgres';
import { z } from 'zod';
import { advisoryLocks } from '../advisory-locks.ts';
import type { PostgresClient } from '../database.ts';
import { lockSetting, putSetting } from './settings.ts';

/**
 * The steps by which a partition of `events` goes: detached, the ids of its events pruned chunk by chunk, dropped. Each is a
 * transaction that also writes down how far it came, so that whoever is killed between two is followed by the next; and
 * no id is ever pruned twice, because in the meantime it may have become the id of another event.
 */
type Tx = TransactionSql<{ bigint: bigint }>;

const name = 'events_retiring';

/** The last place that was pruned; `at` as PostgreSQL writes it, to the microsecond. */
const Place = z.object({ tenant: z.string(), player: z.string(), at: z.string() });
type Place = z.infer<typeof Place>;

const Retiring = z.object({
  table: z.string().regex(/^events_\d{4}(_\d{2})?$/),
  /** Null: nothing was pruned yet. */
  after: Place.nullable(),
  pruned: z.boolean(),
  ids: z.number(),
});
export type Retiring = z.infer<typeof Retiring>;

const firstPlayer = '00000000-0000-0000-0000-000000000000';

/** False where another gateway is in the middle of a step. Held until the transaction ends. */
export async function takeRetentionLock(tx: Tx): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${advisoryLocks.retention}) AS taken`;
  return row?.taken === true;
}

export async function isRetiring(sql: PostgresClient): Promise<boolean> {
  return (await sql`SELECT 1 FROM crmbet.settings WHERE name = ${name}`).length > 0;
}

/** The partition that is on its way out, if any is. */
export async function readRetiring(tx: Tx): Promise<Retiring | undefined> {
  return Retiring.optional().parse(await lockSetting(tx, name));
}

/** From here on nobody can write into it. Waits for the writers of this moment, and lets nobody queue behind it for long. */
export async function detachPartition(tx: Tx, table: string): Promise<Retiring> {
  const retiring: Retiring = Retiring.parse({ table, after: null, pruned: false, ids: 0 });
  await tx.unsafe("SET LOCAL lock_timeout = '100ms'");
  await tx.unsafe("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'");
  await tx.unsafe(`ALTER TABLE crmbet.events DETACH PARTITION crmbet.${retiring.table}`);
  await putSetting(tx, name, retiring);
  return retiring;
}

/** Prunes the ids of the next events in the order of tenant, player and time: `chunk` of them, and those at the same instant as the last. */
export async function pruneChunk(tx: Tx, retiring: Retiring, chunk: number): Promise<Retiring> {
  const table = tx.unsafe(`crmbet.${retiring.table}`);
  const after = retiring.after ?? (await firstPlace(tx, retiring.table, null));
  if (after === undefined) return await done(tx, retiring);
  const [last] = await tx<{ player: string; at: string }[]>`
    SELECT player_id AS player, occurred_at::text AS at FROM ${table}
    WHERE tenant_id = ${after.tenant} AND (player_id, occurred_at) > (${after.player}::uuid, ${after.at}::text::timestamptz)
    ORDER BY player_id, occurred_at LIMIT 1 OFFSET ${chunk - 1}`;
  // Both sides by their indexes, whatever the planner believes of a table that it never analysed.
  await tx.unsafe('SET LOCAL enable_hashjoin = off');
  await tx.unsafe('SET LOCAL enable_mergejoin = off');
  const { count } = await tx`
    DELETE FROM crmbet.event_ids i USING ${table} e
    WHERE i.tenant_id = e.tenant_id AND i.player_id = e.player_id AND i.source = e.source AND i.event_id = e.event_id
      AND i.tenant_id = ${after.tenant} AND e.tenant_id = ${after.tenant}
      AND (e.player_id, e.occurred_at) > (${after.player}::uuid, ${after.at}::text::timestamptz)
      ${last === undefined ? tx`` : tx`AND (e.player_id, e.occurred_at) <= (${last.player}::uuid, ${last.at}::text::timestamptz)`}`;
  const next =
    last === undefined
      ? await firstPlace(tx, retiring.table, after.tenant)
      : { tenant: after.tenant, ...last };
  const ids = retiring.ids + count;
  if (next === undefined) return await done(tx, { ...retiring, ids });
  const moved = { ...retiring, after: next, ids };
  await putSetting(tx, name, moved);
  return moved;
}

async function done(tx: Tx, retiring: Retiring): Promise<Retiring> {
  const pruned = { ...retiring, pruned: true };
  await putSetting(tx, name, pruned);
  return pruned;
}

/** Before the first event of the next tenant that has any. */
async function firstPlace(tx: Tx, table: string, tenant: string | null): Promise<Place | undefined> {
  const [row] = await tx<{ tenant: string }[]>`
    SELECT tenant_id AS tenant FROM ${tx.unsafe(`crmbet.${table}`)}
    ${tenant === null ? tx`` : tx`WHERE tenant_id > ${tenant}`} ORDER BY tenant_id LIMIT 1`;
  return row === undefined ? undefined : { tenant: row.tenant, player: firstPlayer, at: '-infinity' };
}

export async function dropRetired(tx: Tx, { table }: Retiring): Promise<void> {
  await tx.unsafe("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'");
  await tx.unsafe(`DROP TABLE crmbet.${table}`);
  await tx`DELETE FROM crmbet.settings WHERE name = ${name}`;
}
