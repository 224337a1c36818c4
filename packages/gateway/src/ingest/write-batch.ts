import type { TransactionSql } from 'postgres';
import { plainArray, textArray } from '../db/array-literal.ts';
import type { PostgresClient } from '../db/database.ts';
import { counterNames } from './counters.ts';
import type { CheckedEvent } from './event.ts';
import type { LocalClock } from './local-clock.ts';
import { PlayerDelta } from './player-delta.ts';
import { mergeProfile, noProfile, type Profile } from './profile.ts';
import { sourceCode } from './source.ts';

/** `json` is the event's data as it is stored. */
export type BatchItem = { playerId: string; event: CheckedEvent; json: string; hash: bigint };
/** `unstorable`: the database refused the values of this one event (a sum beyond 64 bits). */
export type ItemStatus = 'accepted' | 'duplicate' | 'conflict' | 'unstorable';
export type BatchTenant = { id: string; clock: LocalClock };

type Tx = TransactionSql<{ bigint: bigint }>;

/**
 * Writes a batch of one tenant in one transaction: the ledger of ids first, then, for what is new, the events, the
 * sums and the state. It commits as a whole or not at all. Returns one status an item, in order.
 *
 * Rows go in sorted by player, so that two gateways that write the same players cannot deadlock.
 */
export async function writeBatch(
  sql: PostgresClient,
  tenant: BatchTenant,
  items: readonly BatchItem[],
): Promise<ItemStatus[]> {
  const receivedAt = new Date();
  return await sql.begin(async (tx) => {
    const { statuses, fresh } = await claimIds(tx, tenant.id, items);
    if (fresh.length > 0) {
      const deltas = fold(fresh, tenant.clock);
      await insertEvents(tx, tenant.id, fresh, receivedAt);
      // The state first: its row of a player is locked from then on, so that what is read of the profile next is the latest.
      await upsertState(tx, tenant.id, deltas);
      await upsertPlayers(tx, tenant.id, deltas, receivedAt);
      await upsertDays(tx, tenant.id, deltas);
      await upsertRestrictions(tx, tenant.id, deltas);
    }
    return statuses;
  });
}

/** An event's place in the ledger, and in the order in which rows are written. */
const keyOf = (playerId: string, source: number, eventId: string) => `${playerId}/${source}/${eventId}`;
const codeOf = (item: BatchItem) => sourceCode(item.event.source);

type LedgerRow = { player_id: string; source: number; event_id: string };
const keyOfRow = (row: LedgerRow) => keyOf(row.player_id, row.source, row.event_id);

/** Claims each id in the ledger; what the ledger already holds is a duplicate or, with another body, a conflict. */
async function claimIds(tx: Tx, tenantId: string, items: readonly BatchItem[]) {
  const keys = items.map((item) => keyOf(item.playerId, codeOf(item), item.event.id));
  const first = new Map<string, BatchItem>();
  for (const [index, item] of items.entries()) {
    const key = keys[index] ?? '';
    if (!first.has(key)) first.set(key, item);
  }
  const entries = [...first].sort(([a], [b]) => (a < b ? -1 : 1));
  const candidates = entries.map(([, item]) => item);
  const claimed = await tx<LedgerRow[]>`
    INSERT INTO crmbet.event_ids (tenant_id, player_id, source, event_id, body_hash)
    SELECT ${tenantId}::uuid, u.p, u.s, u.e, u.h FROM unnest(
      ${plainArray(candidates.map((item) => item.playerId))}::text::uuid[],
      ${plainArray(candidates.map(codeOf))}::text::smallint[],
      ${textArray(candidates.map((item) => item.event.id))}::text::text[],
      ${plainArray(candidates.map((item) => item.hash))}::text::bigint[]
    ) AS u (p, s, e, h)
    ON CONFLICT DO NOTHING RETURNING player_id, source, event_id`;
  // By far the commonest batch: everything in it is new.
  if (claimed.length === items.length)
    return { statuses: items.map((): ItemStatus => 'accepted'), fresh: candidates };

  const isNew = new Set(claimed.map(keyOfRow));
  const fresh = entries.filter(([key]) => isNew.has(key)).map(([, item]) => item);
  const hashes = await storedHashes(
    tx,
    tenantId,
    entries.filter(([key]) => !isNew.has(key)).map(([, item]) => item),
  );
  const statuses = items.map((item, index): ItemStatus => {
    const key = keys[index] ?? '';
    const stored = isNew.has(key) ? first.get(key)?.hash : hashes.get(key);
    if (stored !== item.hash) return 'conflict';
    return isNew.has(key) && first.get(key) === item ? 'accepted' : 'duplicate';
  });
  return { statuses, fresh };
}

/** The body hashes of ids that were in the ledger before this batch. */
async function storedHashes(
  tx: Tx,
  tenantId: string,
  known: readonly BatchItem[],
): Promise<Map<string, bigint>> {
  if (known.length === 0) return new Map();
  const rows = await tx<(LedgerRow & { body_hash: bigint })[]>`
    SELECT i.player_id, i.source, i.event_id, i.body_hash
    FROM unnest(
      ${plainArray(known.map((item) => item.playerId))}::text::uuid[],
      ${plainArray(known.map(codeOf))}::text::smallint[],
      ${textArray(known.map((item) => item.event.id))}::text::text[]
    ) AS u (p, s, e)
    JOIN crmbet.event_ids i
      ON i.tenant_id = ${tenantId}::uuid AND i.player_id = u.p AND i.source = u.s AND i.event_id = u.e`;
  return new Map(rows.map((row) => [keyOfRow(row), row.body_hash]));
}

function fold(
  fresh: readonly BatchItem[],
  clock: LocalClock,
): Map<string, { externalId: string; delta: PlayerDelta }> {
  const players = new Map<string, { externalId: string; delta: PlayerDelta }>();
  for (const { playerId, event } of fresh) {
    let player = players.get(playerId);
    if (player === undefined) {
      player = { externalId: event.player, delta: new PlayerDelta(event) };
      players.set(playerId, player);
    }
    player.delta.add(event, clock);
  }
  return players;
}

type Deltas = ReturnType<typeof fold>;

const instantOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

async function insertEvents(
  tx: Tx,
  tenantId: string,
  fresh: readonly BatchItem[],
  receivedAt: Date,
): Promise<void> {
  await tx`
    INSERT INTO crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, brand, data, received_at)
    SELECT ${tenantId}::uuid, u.p, u.t, u.s, u.e, u.y, u.b, u.d, ${receivedAt.toISOString()}::timestamptz
    FROM ROWS FROM (
      unnest(${plainArray(fresh.map((item) => item.playerId))}::text::uuid[]),
      unnest(${plainArray(fresh.map((item) => instantOf(item.event.at)))}::text::timestamptz[]),
      unnest(${plainArray(fresh.map(codeOf))}::text::smallint[]),
      unnest(${textArray(fresh.map((item) => item.event.id))}::text::text[]),
      unnest(${textArray(fresh.map((item) => item.event.type))}::text::text[]),
      unnest(${textArray(fresh.map((item) => item.event.brand))}::text::text[]),
      jsonb_array_elements(${`[${fresh.map((item) => item.json).join(',')}]`}::text::jsonb)
    ) AS u (p, t, s, e, y, b, d)`;
}

/** A profile as this batch leaves it; `version` is that of the row it goes by, which the write raises by one. */
type Merged = { profile: Profile; version: number };

/** The profiles that this batch changes: what is stored, with what the events say. Reads nothing when they say nothing. */
async function mergeProfiles(tx: Tx, tenantId: string, deltas: Deltas): Promise<Map<string, Merged>> {
  const said = [...deltas].flatMap(
    ([
      playerId,
      {
        delta: { profile },
      },
    ]) => (profile === null ? [] : [{ playerId, profile }]),
  );
  if (said.length === 0) return new Map();
  const stored = await tx<
    {
      player_id: string;
      profile: Profile['fields'];
      profile_times: Profile['times'];
      profile_version: number;
    }[]
  >`
    SELECT player_id, profile, profile_times, profile_version FROM crmbet.players
    WHERE tenant_id = ${tenantId}::uuid AND player_id = ANY(${plainArray(said.map(({ playerId }) => playerId))}::text::uuid[])`;
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

/** Makes new players; of known ones writes only those whose brand or profile changes. Version 0: the profile stays as it is. */
async function upsertPlayers(tx: Tx, tenantId: string, deltas: Deltas, now: Date): Promise<void> {
  const merged = await mergeProfiles(tx, tenantId, deltas);
  const rows = [...deltas].map(([playerId, player]) => ({
    playerId,
    ...player,
    merged: merged.get(playerId),
  }));
  const isEarlierBrand = tx`
    (excluded.brand_at IS NOT NULL AND (players.brand_at IS NULL
      OR (excluded.brand_at, excluded.brand COLLATE "C") < (players.brand_at, players.brand COLLATE "C")))`;
  const written = await tx<{ player_id: string }[]>`
    INSERT INTO crmbet.players (tenant_id, player_id, external_id, brand, brand_at, profile, profile_times, profile_version, created_at)
    SELECT ${tenantId}::uuid, p, x, b, a, f::jsonb, t::jsonb, v, ${now.toISOString()}::timestamptz
    FROM unnest(
      ${plainArray(rows.map(({ playerId }) => playerId))}::text::uuid[],
      ${textArray(rows.map(({ externalId }) => externalId))}::text::text[],
      ${textArray(rows.map(({ delta }) => delta.brand))}::text::text[],
      ${plainArray(rows.map(({ delta }) => instantOf(delta.brandAt)))}::text::timestamptz[],
      ${textArray(rows.map((row) => (row.merged ? JSON.stringify(row.merged.profile.fields) : '{}')))}::text::text[],
      ${textArray(rows.map((row) => (row.merged ? JSON.stringify(row.merged.profile.times) : '{}')))}::text::text[],
      ${plainArray(rows.map((row) => (row.merged ? row.merged.version + 1 : 0)))}::text::integer[]
    ) AS u (p, x, b, a, f, t, v)
    ON CONFLICT (tenant_id, player_id) DO UPDATE SET
      brand = CASE WHEN ${isEarlierBrand} THEN excluded.brand ELSE players.brand END,
      brand_at = least(players.brand_at, excluded.brand_at),
      profile = CASE WHEN excluded.profile_version > 0 THEN excluded.profile ELSE players.profile END,
      profile_times = CASE WHEN excluded.profile_version > 0 THEN excluded.profile_times ELSE players.profile_times END,
      profile_version = greatest(players.profile_version, excluded.profile_version)
    WHERE CASE WHEN excluded.profile_version > 0
      THEN players.profile_version = excluded.profile_version - 1 ELSE ${isEarlierBrand} END
    RETURNING player_id`;
  if (merged.size === 0) return;
  const done = new Set(written.map((row) => row.player_id));
  for (const playerId of merged.keys()) if (!done.has(playerId)) throw new StaleRead();
}

async function upsertState(tx: Tx, tenantId: string, deltas: Deltas): Promise<void> {
  const rows = [...deltas];
  const playerIds = rows.map(([playerId]) => playerId);
  const known = await tx<{ player_id: string; currency: string }[]>`
    SELECT player_id, currency FROM crmbet.player_state
    WHERE tenant_id = ${tenantId}::uuid AND player_id = ANY(${plainArray(playerIds)}::text::uuid[]) AND currency IS NOT NULL`;
  const accounts = new Map(known.map((row) => [row.player_id, row.currency]));
  const currencies = rows.map(([playerId, { delta }]) => accounts.get(playerId) ?? delta.currency);
  const sums = rows.map(([, { delta }], index) => delta.lifetime(currencies[index] ?? null));
  const momentColumn = (pick: (delta: PlayerDelta) => number | null) =>
    plainArray(rows.map(([, { delta }]) => instantOf(pick(delta))));
  const written = await tx.unsafe<{ player_id: string; currency: string | null }[]>(
    stateUpsert,
    [
      tenantId,
      plainArray(playerIds),
      textArray(currencies),
      momentColumn((d) => d.moments.firstEventAt),
      momentColumn((d) => d.moments.lastEventAt),
      momentColumn((d) => d.moments.lastActiveAt),
      momentColumn((d) => d.moments.registeredAt),
      momentColumn((d) => d.moments.firstDepositAt),
      momentColumn((d) => d.moments.lastDepositAt),
      momentColumn((d) => d.moments.lastWagerAt),
      momentColumn((d) => d.moments.lastSessionAt),
      ...counterNames.map((name) => plainArray(sums.map((counts) => counts[name]))),
    ],
    { prepare: true },
  );
  // Another gateway may have opened the account in another currency between our look and our write: then our sums
  // took the wrong money, and the whole transaction runs again.
  const believed = new Map(playerIds.map((playerId, index) => [playerId, currencies[index] ?? null]));
  if (written.some((row) => row.currency !== believed.get(row.player_id))) throw new StaleRead();
}

/**
 * Another gateway changed what this transaction had read and went by: the account's currency, or the profile. Carries the
 * SQLSTATE of a failed serialisation, so that the lane runs the transaction again.
 */
class StaleRead extends Error {
  readonly code = '40001';
}

const stateMoments = [
  ['first_event_at', 'least'],
  ['last_event_at', 'greatest'],
  ['last_active_at', 'greatest'],
  ['registered_at', 'least'],
  ['first_deposit_at', 'least'],
  ['last_deposit_at', 'greatest'],
  ['last_wager_at', 'greatest'],
  ['last_session_at', 'greatest'],
] as const;

const stateUpsert = (() => {
  const columns = ['player_id', 'currency', ...stateMoments.map(([name]) => name), ...counterNames];
  const types = [
    'uuid',
    'text',
    ...stateMoments.map(() => 'timestamptz'),
    ...counterNames.map(() => 'bigint'),
  ];
  return `
    INSERT INTO crmbet.player_state (tenant_id, ${columns.join(', ')})
    SELECT $1::uuid, u.* FROM unnest(${types.map((type, index) => `$${index + 2}::text::${type}[]`).join(', ')}) AS u
    ON CONFLICT (tenant_id, player_id) DO UPDATE SET
      currency = coalesce(player_state.currency, excluded.currency),
      ${stateMoments.map(([name, pick]) => `${name} = ${pick}(player_state.${name}, excluded.${name})`).join(', ')},
      ${counterNames.map((name) => `${name} = player_state.${name} + excluded.${name}`).join(', ')}
    RETURNING player_id, currency`;
})();

async function upsertDays(tx: Tx, tenantId: string, deltas: Deltas): Promise<void> {
  const rows = [...deltas].flatMap(([playerId, { delta }]) =>
    [...delta.days].flatMap(([day, byCurrency]) =>
      [...byCurrency].map(([currency, counts]) => ({ playerId, day, currency, counts })),
    ),
  );
  await tx.unsafe(
    dayUpsert,
    [
      tenantId,
      plainArray(rows.map((row) => row.playerId)),
      plainArray(rows.map((row) => row.day)),
      textArray(rows.map((row) => row.currency)),
      ...counterNames.map((name) => plainArray(rows.map((row) => row.counts[name]))),
    ],
    { prepare: true },
  );
}

const dayUpsert = (() => {
  const columns = ['player_id', 'day', 'currency', ...counterNames];
  const types = ['uuid', 'date', 'text', ...counterNames.map(() => 'bigint')];
  return `
    INSERT INTO crmbet.player_day (tenant_id, ${columns.join(', ')})
    SELECT $1::uuid, u.* FROM unnest(${types.map((type, index) => `$${index + 2}::text::${type}[]`).join(', ')}) AS u
    ON CONFLICT (tenant_id, player_id, day, currency) DO UPDATE SET
      ${counterNames.map((name) => `${name} = player_day.${name} + excluded.${name}`).join(', ')}`;
})();

async function upsertRestrictions(tx: Tx, tenantId: string, deltas: Deltas): Promise<void> {
  const rows = [...deltas].flatMap(([playerId, { delta }]) =>
    [...delta.restrictions.values()].map((change) => ({ playerId, ...change })),
  );
  if (rows.length === 0) return;
  await tx`
    INSERT INTO crmbet.restrictions (tenant_id, player_id, restriction, scope, since, ends_at, lifted_at, changed_at)
    SELECT ${tenantId}::uuid, u.* FROM unnest(
      ${plainArray(rows.map((row) => row.playerId))}::text::uuid[],
      ${textArray(rows.map((row) => row.restriction))}::text::text[],
      ${textArray(rows.map((row) => row.scope))}::text::text[],
      ${plainArray(rows.map((row) => instantOf(row.since)))}::text::timestamptz[],
      ${plainArray(rows.map((row) => instantOf(row.endsAt)))}::text::timestamptz[],
      ${plainArray(rows.map((row) => instantOf(row.liftedAt)))}::text::timestamptz[],
      ${plainArray(rows.map((row) => instantOf(row.changedAt)))}::text::timestamptz[]
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
}
