import { plainColumn, textColumn } from '../db/array-literal.ts';
import type { FoldedPlayer } from './fold-batch.ts';
import { instantOf } from './instant.ts';
import { execute, type Tx } from './transaction.ts';

/** Sets and lifts; the newest word by its own time stands, and of two at one moment the one that protects more. */
export async function upsertRestrictions(
  tx: Tx,
  tenantId: string,
  players: readonly FoldedPlayer[],
): Promise<void> {
  const rows = players.flatMap(({ playerId, delta }) =>
    delta.restrictions.map((change) => ({ playerId, ...change })),
  );
  if (rows.length === 0) return;
  await execute(tx, upsert, [
    tenantId,
    plainColumn(rows, (row) => row.playerId),
    textColumn(rows, (row) => row.restriction),
    textColumn(rows, (row) => row.scope),
    plainColumn(rows, (row) => instantOf(row.since)),
    plainColumn(rows, (row) => instantOf(row.endsAt)),
    plainColumn(rows, (row) => instantOf(row.liftedAt)),
    plainColumn(rows, (row) => instantOf(row.changedAt)),
  ]);
}

const upsert = `
  INSERT INTO crmbet.restrictions (tenant_id, player_id, restriction, scope, since, ends_at, lifted_at, changed_at)
  SELECT $1::uuid, u.* FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[]
  ) AS u
  ON CONFLICT (tenant_id, player_id, restriction, scope) DO UPDATE SET
    since = CASE WHEN excluded.lifted_at IS NULL THEN excluded.since ELSE restrictions.since END,
    ends_at = CASE WHEN excluded.lifted_at IS NULL THEN excluded.ends_at ELSE restrictions.ends_at END,
    lifted_at = excluded.lifted_at,
    changed_at = excluded.changed_at
  WHERE excluded.changed_at > restrictions.changed_at
    OR (excluded.changed_at = restrictions.changed_at AND excluded.lifted_at IS NULL
      AND (restrictions.lifted_at IS NOT NULL
        OR coalesce(excluded.ends_at, 'infinity') > coalesce(restrictions.ends_at, 'infinity')))`;
