import type { TransactionSql } from 'postgres';
import { plainArray, textArray } from '../db/array-literal.ts';
import type { PostgresClient } from '../db/database.ts';
import { counterNames } from './counters.ts';
import type { CheckedEvent } from './event.ts';
import type { LocalClock } from './local-clock.ts';
import { PlayerDelta } from './player-delta.ts';

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
      await upsertPlayers(tx, tenant.id, deltas, receivedAt);
      await upsertState(tx, tenant.id, deltas);
      await upsertDays(tx, tenant.id, deltas);
      await upsertRestrictions(tx, tenant.id, deltas);
    }
    return statuses;
  });
}

/** An event's place in the ledger, and in the order in which rows are written. */
const keyOf = (playerId: string, eventId: string) => `${playerId}/${eventId}`;

/** Claims each id in the ledger; what the ledger already holds is a duplicate or, with another body, a conflict. */
async function claimIds(tx: Tx, tenantId: string, items: readonly BatchItem[]) {
  const keys = items.map((item) => keyOf(item.playerId, item.event.id));
  const first = new Map<string, BatchItem>();
  for (const [index, item] of items.entries()) {
    const key = keys[index] ?? '';
    if (!first.has(key)) first.set(key, item);
  }
  const entries = [...first].sort(([a], [b]) => (a < b ? -1 : 1));
  const candidates = entries.map(([, item]) => item);
  const claimed = await tx<{ player_id: string; event_id: string }[]>`
    INSERT INTO crmbet.event_ids (tenant_id, player_id, event_id, body_hash)
    SELECT ${tenantId}::uuid, u.p, u.e, u.h FROM unnest(
      ${plainArray(candidates.map((item) => item.playerId))}::text::uuid[],
      ${textArray(candidates.map((item) => item.event.id))}::text::text[],
      ${plainArray(candidates.map((item) => item.hash))}::text::bigint[]
    ) AS u (p, e, h)
    ON CONFLICT DO NOTHING RETURNING player_id, event_id`;
  // By far the commonest batch: everything in it is new.
  if (claimed.length === items.length)
    return { statuses: items.map((): ItemStatus => 'accepted'), fresh: candidates };

  const isNew = new Set(claimed.map((row) => keyOf(row.player_id, row.event_id)));
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
  const rows = await tx<{ player_id: string; event_id: string; body_hash: bigint }[]>`
    SELECT i.player_id, i.event_id, i.body_hash
    FROM unnest(
      ${plainArray(known.map((item) => item.playerId))}::text::uuid[], ${textArray(known.map((item) => item.event.id))}::text::text[]
    ) AS u (p, e)
    JOIN crmbet.event_ids i ON i.tenant_id = ${tenantId}::uuid AND i.player_id = u.p AND i.event_id = u.e`;
  return new Map(rows.map((row) => [keyOf(row.player_id, row.event_id), row.body_hash]));
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
    INSERT INTO crmbet.events (tenant_id, player_id, occurred_at, event_id, type, brand, data, received_at)
    SELECT ${tenantId}::uuid, u.p, u.t, u.e, u.y, u.b, u.d, ${receivedAt.toISOString()}::timestamptz
    FROM ROWS FROM (
      unnest(${plainArray(fresh.map((item) => item.playerId))}::text::uuid[]),
      unnest(${plainArray(fresh.map((item) => instantOf(item.event.at)))}::text::timestamptz[]),
      unnest(${textArray(fresh.map((item) => item.event.id))}::text::text[]),
      unnest(${textArray(fresh.map((item) => item.event.type))}::text::text[]),
      unnest(${textArray(fresh.map((item) => item.event.brand))}::text::text[]),
      jsonb_array_elements(${`[${fresh.map((item) => item.json).join(',')}]`}::text::jsonb)
    ) AS u (p, t, e, y, b, d)`;
}

async function upsertPlayers(tx: Tx, tenantId: string, deltas: Deltas, now: Date): Promise<void> {
  const rows = [...deltas];
  await tx`
    INSERT INTO crmbet.players (tenant_id, player_id, external_id, brand, profile, profile_at, created_at)
    SELECT ${tenantId}::uuid, p, x, b, f::jsonb, a, ${now.toISOString()}::timestamptz
    FROM unnest(
      ${plainArray(rows.map(([playerId]) => playerId))}::text::uuid[],
      ${textArray(rows.map(([, { externalId }]) => externalId))}::text::text[],
      ${textArray(rows.map(([, { delta }]) => delta.brand))}::text::text[],
      ${textArray(rows.map(([, { delta }]) => JSON.stringify(delta.profile)))}::text::text[],
      ${plainArray(rows.map(([, { delta }]) => instantOf(delta.profileAt)))}::text::timestamptz[]
    ) AS u (p, x, b, f, a)
    ON CONFLICT (tenant_id, player_id) DO UPDATE SET
      brand = coalesce(players.brand, excluded.brand),
      profile = CASE WHEN players.profile_at IS NULL OR excluded.profile_at >= players.profile_at
        THEN players.profile || excluded.profile ELSE excluded.profile || players.profile END,
      profile_at = greatest(players.profile_at, excluded.profile_at)
    WHERE excluded.profile_at IS NOT NULL OR (players.brand IS NULL AND excluded.brand IS NOT NULL)`;
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
  if (written.some((row) => row.currency !== believed.get(row.player_id))) throw new CurrencyRace();
}

/** Two gateways opened one account in two currencies at once. Carries the SQLSTATE of a failed serialisation: run again. */
class CurrencyRace extends Error {
  readonly code = '40001';
}

const stateMoments = [
  ['first_event_at', 'least'],
  ['last_event_at', 'greatest'],
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
    ON CONFLICT (tenant_id, player_id, restriction) DO UPDATE SET
      scope = CASE WHEN excluded.lifted_at IS NULL THEN excluded.scope ELSE restrictions.scope END,
      since = CASE WHEN excluded.lifted_at IS NULL THEN excluded.since ELSE restrictions.since END,
      ends_at = CASE WHEN excluded.lifted_at IS NULL THEN excluded.ends_at ELSE restrictions.ends_at END,
      lifted_at = excluded.lifted_at,
      changed_at = excluded.changed_at
    WHERE excluded.changed_at >= restrictions.changed_at`;
}
