import { plainColumn, textColumn } from '../db/array-literal.ts';
import type { FoldedPlayer } from './fold-batch.ts';
import { instantOf } from './instant.ts';
import { mergeProfile, noProfile, type Profile } from './profile.ts';
import { StaleRead, type Tx } from './transaction.ts';

/** @throws {StaleRead} one of them is not stored, though it was taken to be */
export async function requirePlayers(
  tx: Tx,
  tenantId: string,
  players: readonly FoldedPlayer[],
): Promise<void> {
  if (players.length === 0) return;
  const [found] = await tx.unsafe<{ count: number }[]>(
    `SELECT count(*)::integer AS count FROM crmbet.players WHERE tenant_id = $1::uuid AND player_id = ANY($2::uuid[])`,
    [tenantId, plainColumn(players, ({ playerId }) => playerId)],
    { prepare: true },
  );
  if (found?.count !== players.length) throw new StaleRead();
}

/**
 * Makes new players; of known ones writes only those whose brand or profile changes. Called after the state was written: its rows
 * are locked from then on, so that what is read of the profiles is the latest.
 * @throws {StaleRead} another gateway changed a profile that was read
 */
export async function upsertPlayers(
  tx: Tx,
  tenantId: string,
  players: readonly FoldedPlayer[],
  now: Date,
): Promise<void> {
  if (players.length === 0) return;
  const merged = await mergeProfiles(tx, tenantId, players);
  const rows = players.map((player) => ({ ...player, merged: merged.get(player.playerId) }));
  const written = await tx.unsafe<{ player_id: string }[]>(
    upsert,
    [
      tenantId,
      now.toISOString(),
      plainColumn(rows, ({ playerId }) => playerId),
      textColumn(rows, ({ externalId }) => externalId),
      textColumn(rows, ({ delta }) => delta.brand),
      plainColumn(rows, ({ delta }) => instantOf(delta.brandAt)),
      textColumn(rows, (row) => (row.merged ? JSON.stringify(row.merged.profile.fields) : '{}')),
      textColumn(rows, (row) => (row.merged ? JSON.stringify(row.merged.profile.times) : '{}')),
      plainColumn(rows, (row) => (row.merged ? row.merged.version + 1 : 0)),
    ],
    { prepare: true },
  );
  if (merged.size === 0) return;
  const done = new Set(written.map((row) => row.player_id));
  for (const playerId of merged.keys()) if (!done.has(playerId)) throw new StaleRead();
}

const isEarlierBrand = `
  (excluded.brand_at IS NOT NULL AND (players.brand_at IS NULL
    OR (excluded.brand_at, excluded.brand COLLATE "C") < (players.brand_at, players.brand COLLATE "C")))`;

/** Version 0: the profile stays as it is. */
const upsert = `
  INSERT INTO crmbet.players (tenant_id, player_id, external_id, brand, brand_at, profile, profile_times, profile_version, created_at)
  SELECT $1::uuid, p, x, b, a, f::jsonb, t::jsonb, v, $2::timestamptz
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::integer[])
    AS u (p, x, b, a, f, t, v)
  ON CONFLICT (tenant_id, player_id) DO UPDATE SET
    brand = CASE WHEN ${isEarlierBrand} THEN excluded.brand ELSE players.brand END,
    brand_at = least(players.brand_at, excluded.brand_at),
    profile = CASE WHEN excluded.profile_version > 0 THEN excluded.profile ELSE players.profile END,
    profile_times = CASE WHEN excluded.profile_version > 0 THEN excluded.profile_times ELSE players.profile_times END,
    profile_version = greatest(players.profile_version, excluded.profile_version)
  WHERE CASE WHEN excluded.profile_version > 0
    THEN players.profile_version = excluded.profile_version - 1 ELSE ${isEarlierBrand} END
  RETURNING player_id`;

/** A profile as this batch leaves it; `version` is that of the row it goes by, which the write raises by one. */
type Merged = { profile: Profile; version: number };

/** The profiles that this batch changes: what is stored, with what the events say. Reads nothing when they say nothing. */
async function mergeProfiles(
  tx: Tx,
  tenantId: string,
  players: readonly FoldedPlayer[],
): Promise<Map<string, Merged>> {
  const said = players.flatMap(({ playerId, delta: { profile } }) =>
    profile === null ? [] : [{ playerId, profile }],
  );
  if (said.length === 0) return new Map();
  const stored = await tx.unsafe<
    {
      player_id: string;
      profile: Profile['fields'];
      profile_times: Profile['times'];
      profile_version: number;
    }[]
  >(
    `SELECT player_id, profile, profile_times, profile_version FROM crmbet.players
     WHERE tenant_id = $1::uuid AND player_id = ANY($2::uuid[])`,
    [tenantId, plainColumn(said, ({ playerId }) => playerId)],
    { prepare: true },
  );
  const rows = new Map(stored.map((row) => [row.player_id, row]));
  const merged = new Map<string, Merged>();
  for (const { playerId, profile } of said) {
    const row = rows.get(playerId);
    const into = row === undefined ? noProfile() : { fields: row.profile, times: row.profile_times };
    if (mergeProfile(into, profile))
      merged.set(playerId, { profile: into, version: row?.profile_version ?? 0 });
  }
  return merged;
}
