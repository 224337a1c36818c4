import { plainColumn, textColumn } from '../db/array-literal.ts';
import type { BatchItem, ItemStatus } from './batch-item.ts';
import { execute, type Tx } from './transaction.ts';
import { codeOf, inWriteOrder } from './write-order.ts';

/** The ledger of ids: who stands in it was stored, for ever. Written first, in the transaction of the event. */

const placesOf = (tenantId: string, items: readonly BatchItem[]) => [
  tenantId,
  plainColumn(items, (item) => item.playerId),
  plainColumn(items, codeOf),
  textColumn(items, (item) => item.event.id),
];
const hashesOf = (items: readonly BatchItem[]) => plainColumn(items, (item) => item.hash);

const claim = `
  INSERT INTO crmbet.event_ids (tenant_id, player_id, source, event_id, body_hash)
  SELECT $1::uuid, u.* FROM unnest($2::uuid[], $3::smallint[], $4::text[], $5::bigint[]) AS u
  ON CONFLICT DO NOTHING`;

/** Claims ids of which none stands twice in `items`. False: some were taken, and nobody says which. */
export async function claimAll(tx: Tx, tenantId: string, items: readonly BatchItem[]): Promise<boolean> {
  const { count } = await execute(tx, claim, [...placesOf(tenantId, items), hashesOf(items)]);
  return count === items.length;
}

/** Claims each id; what the ledger already holds is a duplicate or, with another body, a conflict. `fresh` is in the order of writing. */
export async function claimEach(
  tx: Tx,
  tenantId: string,
  items: readonly BatchItem[],
): Promise<{ statuses: ItemStatus[]; fresh: BatchItem[] }> {
  const keys = items.map(keyOf);
  const first = new Map<string, BatchItem>();
  for (const [index, item] of items.entries()) {
    const key = keys[index] ?? '';
    if (!first.has(key)) first.set(key, item);
  }
  const candidates = inWriteOrder([...first.values()]);
  const claimed = await tx.unsafe<LedgerRow[]>(
    `${claim} RETURNING player_id, source, event_id`,
    [...placesOf(tenantId, candidates), hashesOf(candidates)],
    { prepare: true },
  );
  const isNew = new Set(claimed.map(keyOfRow));
  const hashes = await storedHashes(
    tx,
    tenantId,
    candidates.filter((item) => !isNew.has(keyOf(item))),
  );
  const statuses = items.map((item, index): ItemStatus => {
    const key = keys[index] ?? '';
    const stored = isNew.has(key) ? first.get(key)?.hash : hashes.get(key);
    if (stored !== item.hash) return 'conflict';
    return isNew.has(key) && first.get(key) === item ? 'accepted' : 'duplicate';
  });
  return { statuses, fresh: candidates.filter((item) => isNew.has(keyOf(item))) };
}

type LedgerRow = { player_id: string; source: number; event_id: string };
const keyOfPlace = (playerId: string, source: number, eventId: string) => `${playerId}/${source}/${eventId}`;
const keyOfRow = (row: LedgerRow) => keyOfPlace(row.player_id, row.source, row.event_id);
const keyOf = (item: BatchItem) => keyOfPlace(item.playerId, codeOf(item), item.event.id);

/** The body hashes of ids that were in the ledger before this batch. */
async function storedHashes(
  tx: Tx,
  tenantId: string,
  known: readonly BatchItem[],
): Promise<Map<string, bigint>> {
  if (known.length === 0) return new Map();
  const rows = await tx.unsafe<(LedgerRow & { body_hash: bigint })[]>(
    `SELECT i.player_id, i.source, i.event_id, i.body_hash
     FROM unnest($2::uuid[], $3::smallint[], $4::text[]) AS u (p, s, e)
     JOIN crmbet.event_ids i ON i.tenant_id = $1::uuid AND i.player_id = u.p AND i.source = u.s AND i.event_id = u.e`,
    placesOf(tenantId, known),
    { prepare: true },
  );
  return new Map(rows.map((row) => [keyOfRow(row), row.body_hash]));
}
