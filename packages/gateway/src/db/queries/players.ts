import type { PostgresClient } from '../database.ts';
import { decodeCursor, instantShape, integerShape } from './cursor.ts';

/** Rows of players with their lifetime sums, as the services need them. */

export type PlayerRow = {
  player_id: string;
  external_id: string;
  brand: string | null;
  profile: Record<string, unknown>;
  currency: string | null;
  registered_at: Date | null;
  last_active_at: Date | null;
  deposits_count: bigint;
  deposits_amount: bigint;
  withdrawals_count: bigint;
  withdrawals_amount: bigint;
  bonuses_granted_count: bigint;
  bonuses_granted_amount: bigint;
  bonuses_converted_amount: bigint;
  /** Digits: a sum of sums may pass 64 bits. */
  turnover: string;
  ggr: string;
  restricted: boolean;
  model_id: string | null;
  model_name: string | null;
  cluster: number | null;
  segment_ids: string[];
  sort_value: string;
};

export type PlayerQuery = {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
  segment?: string | undefined;
  cluster?: number | undefined;
  brand?: string | undefined;
  sort: 'lastActive' | 'deposits' | 'turnover' | 'ggr';
};

/** Each counter fits 64 bits, a sum of two may not: they are added as numeric, or one whale would fail every list. */
const turnoverOf = '(s.bets_stake::numeric + s.casino_stake)';
const ggrOf = '(s.bets_stake::numeric + s.casino_stake - s.bets_payout - s.casino_payout)';

/** Who never did anything stands where the first event about the player was. */
const lastActiveOf = 'coalesce(s.last_active_at, s.first_event_at)';

/** Expressions of ours, chosen by a checked word: nothing of a caller stands in SQL text. */
const sorts = {
  lastActive: {
    by: lastActiveOf,
    type: 'timestamptz',
    shape: instantShape,
    text: `to_char(${lastActiveOf}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  },
  deposits: {
    by: 's.deposits_amount',
    type: 'numeric',
    shape: integerShape,
    text: 's.deposits_amount::text',
  },
  turnover: { by: turnoverOf, type: 'numeric', shape: integerShape, text: `${turnoverOf}::text` },
  ggr: { by: ggrOf, type: 'numeric', shape: integerShape, text: `${ggrOf}::text` },
} as const;

const columns = (sql: PostgresClient, tenantId: string, now: Date) => sql`
  s.player_id, p.external_id, p.brand, p.profile, s.currency, s.registered_at, s.last_active_at,
  s.deposits_count, s.deposits_amount, s.withdrawals_count, s.withdrawals_amount,
  s.bonuses_granted_count, s.bonuses_granted_amount, s.bonuses_converted_amount,
  ${sql.unsafe(turnoverOf)}::text AS turnover,
  ${sql.unsafe(ggrOf)}::text AS ggr,
  EXISTS (
    SELECT 1 FROM crmbet.restrictions r
    WHERE r.tenant_id = s.tenant_id AND r.player_id = s.player_id AND r.lifted_at IS NULL
      AND (r.ends_at IS NULL OR r.ends_at > ${now})
  ) AS restricted,
  c.model_id, c.model_name, ${clusterOf(sql, tenantId)} AS cluster,
  ARRAY(
    SELECT m.segment_id FROM crmbet.segment_members m
    WHERE m.tenant_id = s.tenant_id AND m.player_id = s.player_id ORDER BY m.entered_at
  )::text[] AS segment_ids`;

/**
 * Joined by key for each row of `s`, whatever the planner believes: right after a large import its statistics know nothing of
 * a tenant, and a plain join of "one row" with "one row" is a comparison of everybody with everybody.
 */
const details = (sql: PostgresClient, tenantId: string) => sql`
  JOIN LATERAL (
    SELECT external_id, brand, profile FROM crmbet.players
    WHERE tenant_id = s.tenant_id AND player_id = s.player_id LIMIT 1
  ) p ON true
  LEFT JOIN LATERAL (
    SELECT id AS model_id, name AS model_name FROM crmbet.models WHERE id = (${newestModel(sql, tenantId)}) LIMIT 1
  ) c ON true`;

/** The clustering whose served version was trained last. */
const newestModel = (sql: PostgresClient, tenantId: string) => sql`
  SELECT n.id FROM crmbet.models n
  JOIN crmbet.model_versions v ON v.tenant_id = n.tenant_id AND v.model_id = n.id AND v.version = n.active_version
  WHERE n.tenant_id = ${tenantId} AND n.purpose = 'clusters' ORDER BY v.trained_at DESC, n.id DESC LIMIT 1`;

/** What it last said of the player of `s`, which every event keeps current. */
const said = (sql: PostgresClient, tenantId: string) => sql`crmbet.player_scores o
  WHERE o.tenant_id = s.tenant_id AND o.player_id = s.player_id AND o.model_id = (${newestModel(sql, tenantId)})`;
const saidCluster = (sql: PostgresClient) => sql`(o.outputs->>'cluster')::integer`;

/** Where its training put the player of `s`. */
const placed = (sql: PostgresClient, tenantId: string) => sql`crmbet.player_clusters o
  WHERE o.tenant_id = s.tenant_id AND o.player_id = s.player_id AND o.model_id = (${newestModel(sql, tenantId)})
    AND o.version = (SELECT a.active_version FROM crmbet.models a WHERE a.id = (${newestModel(sql, tenantId)}))`;

/** The cluster of the player of `s`: what the model said, or the place of its training until it has said something. */
const clusterOf = (sql: PostgresClient, tenantId: string) => sql`coalesce(
  (SELECT ${saidCluster(sql)} FROM ${said(sql, tenantId)}), (SELECT o.cluster FROM ${placed(sql, tenantId)}))`;

/** Whether clusterOf is this one, in a shape of which the planner can hash each part: looks by key for everybody took twice as long. */
const isInCluster = (sql: PostgresClient, tenantId: string, cluster: number) => sql`(
  EXISTS (SELECT 1 FROM ${said(sql, tenantId)} AND ${saidCluster(sql)} = ${cluster})
  OR (EXISTS (SELECT 1 FROM ${placed(sql, tenantId)} AND o.cluster = ${cluster})
    AND NOT EXISTS (SELECT 1 FROM ${said(sql, tenantId)} AND ${saidCluster(sql)} IS NOT NULL)))`;

/**
 * Each is a look-up by primary key for a row of `s`; IS TRUE keeps the planner from turning it into a join (see details). It may
 * still hash one side where that is cheaper.
 */
const filters = (sql: PostgresClient, tenantId: string, { q, brand, cluster, segment }: PlayerQuery) => sql`
  ${
    q === undefined
      ? sql``
      : sql`AND EXISTS (
          SELECT 1 FROM crmbet.players f
          WHERE f.tenant_id = s.tenant_id AND f.player_id = s.player_id AND starts_with(f.external_id, ${q})) IS TRUE`
  }
  ${
    brand === undefined
      ? sql``
      : sql`AND EXISTS (
          SELECT 1 FROM crmbet.players f
          WHERE f.tenant_id = s.tenant_id AND f.player_id = s.player_id AND f.brand = ${brand}) IS TRUE`
  }
  ${cluster === undefined ? sql`` : sql`AND ${isInCluster(sql, tenantId, cluster)}`}
  ${
    segment === undefined
      ? sql``
      : sql`AND EXISTS (
          SELECT 1 FROM crmbet.segment_members f
          WHERE f.tenant_id = s.tenant_id AND f.player_id = s.player_id AND f.segment_id = ${segment}) IS TRUE`
  }`;

/** Up to `limit + 1` rows after the cursor, largest or latest first, ties by player id. */
export async function listPlayers(
  sql: PostgresClient,
  tenantId: string,
  query: PlayerQuery,
  now: Date,
): Promise<PlayerRow[]> {
  const sort = sorts[query.sort];
  const after = decodeCursor(query.cursor, sort.shape);
  const value = sql.unsafe(sort.by);
  return await sql<PlayerRow[]>`
    SELECT ${columns(sql, tenantId, now)}, ${sql.unsafe(sort.text)} AS sort_value
    FROM (
      SELECT * FROM crmbet.player_state s
      WHERE s.tenant_id = ${tenantId} ${filters(sql, tenantId, query)}
      ${after === undefined ? sql`` : sql`AND (${value}, s.player_id) < (${after.value}::text::${sql.unsafe(sort.type)}, ${after.id}::uuid)`}
      ORDER BY ${value} DESC, s.player_id DESC
      LIMIT ${query.limit + 1}
    ) s
    ${details(sql, tenantId)}
    ORDER BY ${value} DESC, s.player_id DESC`;
}

export async function countPlayers(
  sql: PostgresClient,
  tenantId: string,
  query: PlayerQuery,
): Promise<number> {
  const [row] = await sql<{ total: bigint }[]>`
    SELECT count(*) AS total FROM crmbet.player_state s WHERE s.tenant_id = ${tenantId} ${filters(sql, tenantId, query)}`;
  return Number(row?.total ?? 0n);
}

export async function findPlayer(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
  now: Date,
): Promise<PlayerRow | undefined> {
  const [row] = await sql<PlayerRow[]>`
    SELECT ${columns(sql, tenantId, now)}, '' AS sort_value FROM crmbet.player_state s ${details(sql, tenantId)}
    WHERE s.tenant_id = ${tenantId} AND s.player_id = ${playerId}`;
  return row;
}

export async function playerExists(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
): Promise<boolean> {
  const rows =
    await sql`SELECT 1 FROM crmbet.players WHERE tenant_id = ${tenantId} AND player_id = ${playerId}`;
  return rows.length > 0;
}

export type MembershipRow = { id: string; name: string; entered_at: Date };

export async function segmentsOfPlayer(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
): Promise<MembershipRow[]> {
  return await sql<MembershipRow[]>`
    SELECT g.id, g.name, m.entered_at FROM crmbet.segment_members m
    JOIN crmbet.segments g ON g.tenant_id = m.tenant_id AND g.id = m.segment_id
    WHERE m.tenant_id = ${tenantId} AND m.player_id = ${playerId} ORDER BY m.entered_at, g.id`;
}

export type RestrictionRow = { restriction: string; scope: string; since: Date; ends_at: Date | null };

export async function restrictionsInForce(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
  now: Date,
): Promise<RestrictionRow[]> {
  return await sql<RestrictionRow[]>`
    SELECT restriction, scope, since, ends_at FROM crmbet.restrictions
    WHERE tenant_id = ${tenantId} AND player_id = ${playerId} AND lifted_at IS NULL
      AND (ends_at IS NULL OR ends_at > ${now}) ORDER BY since, restriction, scope`;
}

export type EventRow = {
  event_id: string;
  source: number;
  type: string;
  occurred_at: Date;
  occurred_text: string;
  brand: string | null;
  data: Record<string, unknown>;
  received_at: Date;
};

/** Newest first. The range runs from the player's first event, so that old partitions are never opened. */
export async function listPlayerEvents(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
  query: { limit: number; cursor?: string | undefined; type?: string | undefined },
): Promise<EventRow[]> {
  const after = decodeCursor(query.cursor, instantShape, /^[01][^\0]{1,128}$/u);
  return await sql<EventRow[]>`
    SELECT event_id, source, type, occurred_at, to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_text, brand, data, received_at
    FROM crmbet.events
    WHERE tenant_id = ${tenantId} AND player_id = ${playerId}
      AND occurred_at >= (SELECT first_event_at FROM crmbet.player_state WHERE tenant_id = ${tenantId} AND player_id = ${playerId})
      ${query.type === undefined ? sql`` : sql`AND type = ${query.type}`}
      ${after === undefined ? sql`` : sql`AND (occurred_at, source, event_id) < (${after.value}::text::timestamptz, ${after.id.slice(0, 1)}::text::smallint, ${after.id.slice(1)})`}
    ORDER BY occurred_at DESC, source DESC, event_id DESC LIMIT ${query.limit + 1}`;
}

export type DayRow = {
  day: string;
  currency: string;
  deposits: bigint;
  withdrawals: bigint;
  /** Digits: a sum of sums may pass 64 bits. */
  turnover: string;
  ggr: string;
  wagers: bigint;
  sessions: bigint;
};

export async function listPlayerDays(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
  from: string,
): Promise<DayRow[]> {
  return await sql<DayRow[]>`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, currency, deposits_amount AS deposits, withdrawals_amount AS withdrawals,
      (bets_stake::numeric + casino_stake)::text AS turnover,
      (bets_stake::numeric + casino_stake - bets_payout - casino_payout)::text AS ggr,
      bets_count + casino_rounds AS wagers, sessions_count AS sessions
    FROM crmbet.player_day
    WHERE tenant_id = ${tenantId} AND player_id = ${playerId} AND day >= ${from}::text::date ORDER BY day, currency`;
}
