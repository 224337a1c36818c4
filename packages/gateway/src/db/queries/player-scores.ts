import type { TransactionSql } from 'postgres';
import { plainColumn, textColumn } from '../array-literal.ts';
import type { PostgresClient } from '../database.ts';
import { overEverybody } from './over-everybody.ts';

type Tx = TransactionSql<{ bigint: bigint }>;

/** Which versions of a model answer now. */
export type LiveModel = {
  modelId: string;
  activeVersion: number;
  /** Answers for `challengerShare` of the players instead; null without an experiment. */
  challengerVersion: number | null;
  challengerShare: number | null;
};

const liveColumns = (sql: PostgresClient | Tx) => sql`
  id AS "modelId", active_version AS "activeVersion", challenger_version AS "challengerVersion", challenger_share AS "challengerShare"`;

export async function liveModels(sql: PostgresClient, tenantId: string): Promise<LiveModel[]> {
  return await sql<LiveModel[]>`
    SELECT ${liveColumns(sql)} FROM crmbet.models WHERE tenant_id = ${tenantId} AND active_version IS NOT NULL ORDER BY id`;
}

export async function findLiveModel(
  sql: PostgresClient,
  tenantId: string,
  modelId: string,
): Promise<LiveModel | undefined> {
  const [live] = await sql<LiveModel[]>`
    SELECT ${liveColumns(sql)} FROM crmbet.models WHERE tenant_id = ${tenantId} AND id = ${modelId} AND active_version IS NOT NULL`;
  return live;
}

/** Whether the same versions answer still; until the transaction ends no others will. */
export async function holdLive(tx: Tx, tenantId: string, live: LiveModel): Promise<boolean> {
  const [now] = await tx<LiveModel[]>`
    SELECT ${liveColumns(tx)} FROM crmbet.models WHERE tenant_id = ${tenantId} AND id = ${live.modelId} FOR SHARE`;
  return (
    now?.activeVersion === live.activeVersion &&
    now.challengerVersion === live.challengerVersion &&
    now.challengerShare === live.challengerShare
  );
}

/** A player whose score is missing, or of another version, state or day than it should be. */
export type StalePlayer = {
  player_id: string;
  /** Whose turn it is to answer for the player. */
  version: number;
  /** What was said last; null where nothing was. */
  outputs: Record<string, number> | null;
};

/**
 * Which version answers for a player: the same at every look, since it hangs on nothing but the two ids. The first 32 bits of
 * SHA-256 over both, as a part of 1, against the challenger's share; by the model too, so that two experiments do not pick the same players.
 */
const assigned = (sql: Tx, { modelId, ...live }: LiveModel) =>
  live.challengerVersion === null || live.challengerShare === null
    ? sql`${live.activeVersion}::integer`
    : sql`CASE WHEN ('x' || left(encode(sha256((${modelId}::text || s.player_id::text)::bytea), 'hex'), 8))::bit(32)::bigint
        < ${live.challengerShare}::double precision * 4294967296
        THEN ${live.challengerVersion}::integer ELSE ${live.activeVersion}::integer END`;

/**
 * Up to `limit` of the players who are to be scored again, by id, after the one that is named; of everybody or of those in
 * `playerIds`. Each event of a player raises `events_count`, so the same count is the same state; a later day moves the windows.
 */
export async function stalePlayers(
  sql: PostgresClient,
  live: LiveModel,
  scope: { tenantId: string; today: string; playerIds?: readonly string[]; after?: string | undefined },
  limit: number,
): Promise<StalePlayer[]> {
  const { tenantId, today, playerIds, after } = scope;
  // Given as an array: one that is made of a text would be made again for each row.
  const ids = playerIds === undefined ? undefined : [...playerIds];
  return await sql.begin(async (tx) => {
    // Both tables are narrowed to the players, which is right where neither is read again for each row of the other.
    await overEverybody(tx);
    const among = (table: string) => tx`
      ${ids === undefined ? tx`` : tx`AND ${tx(table)}.player_id = ANY(${ids}::uuid[])`}
      ${after === undefined ? tx`` : tx`AND ${tx(table)}.player_id > ${after}::uuid`}`;
    return await tx<StalePlayer[]>`
      SELECT x.player_id, x.assigned AS version, x.outputs FROM (
        SELECT s.player_id, s.events_count, c.version, c.events_count AS seen, c.day, c.outputs, ${assigned(tx, live)} AS assigned
        FROM crmbet.player_state s
        LEFT JOIN crmbet.player_scores c
          ON c.tenant_id = s.tenant_id AND c.player_id = s.player_id AND c.model_id = ${live.modelId} ${among('c')}
        WHERE s.tenant_id = ${tenantId} ${among('s')}
      ) x
      WHERE x.version IS DISTINCT FROM x.assigned OR x.seen < x.events_count OR x.day < ${today}::text::date
      ORDER BY x.player_id LIMIT ${limit}`;
  });
}

export type ScoreRow = {
  playerId: string;
  version: number;
  outputs: Record<string, number>;
  eventsCount: number;
};

/**
 * Keeps scores, if the same versions answer still; where not, none, and the answer is false. A score of a later day or state that
 * somebody else has kept meanwhile stays.
 */
export async function saveScores(
  sql: PostgresClient,
  live: LiveModel,
  of: { tenantId: string; day: string; at: Date },
  rows: readonly ScoreRow[],
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    if (!(await holdLive(tx, of.tenantId, live))) return false;
    await tx`
      INSERT INTO crmbet.player_scores (tenant_id, player_id, model_id, version, outputs, events_count, day, scored_at)
      SELECT ${of.tenantId}::uuid, u.p, ${live.modelId}::uuid, u.v, u.o::jsonb, u.n, ${of.day}::text::date, ${of.at}
      FROM unnest(
        ${plainColumn(rows, ({ playerId }) => playerId)}::text::uuid[], ${plainColumn(rows, ({ version }) => version)}::text::integer[],
        ${textColumn(rows, ({ outputs }) => JSON.stringify(outputs))}::text::text[], ${plainColumn(rows, ({ eventsCount }) => eventsCount)}::text::bigint[]
      ) AS u (p, v, o, n)
      ORDER BY u.p
      ON CONFLICT (tenant_id, player_id, model_id) DO UPDATE SET
        version = excluded.version, outputs = excluded.outputs, events_count = excluded.events_count,
        day = excluded.day, scored_at = excluded.scored_at
      WHERE player_scores.version <> excluded.version
        OR (player_scores.day <= excluded.day AND player_scores.events_count <= excluded.events_count)`;
    return true;
  });
}

/** Part of deleting a model: nobody has a score of it afterwards. */
export async function deleteScores(tx: Tx, tenantId: string, modelId: string): Promise<void> {
  await tx`DELETE FROM crmbet.player_scores WHERE tenant_id = ${tenantId} AND model_id = ${modelId}`;
}

export type PlayerScoreRow = {
  model_id: string;
  model_name: string;
  version: number;
  outputs: Record<string, number>;
  scored_at: Date;
};

export async function scoresOfPlayer(
  sql: PostgresClient,
  tenantId: string,
  playerId: string,
): Promise<PlayerScoreRow[]> {
  return await sql<PlayerScoreRow[]>`
    SELECT c.model_id, m.name AS model_name, c.version, c.outputs, c.scored_at FROM crmbet.player_scores c
    JOIN crmbet.models m ON m.tenant_id = c.tenant_id AND m.id = c.model_id
    WHERE c.tenant_id = ${tenantId} AND c.player_id = ${playerId} ORDER BY m.name, c.model_id`;
}

/** A version that is ready, with what it takes to ask it. */
export type ScorableRow = {
  name: string;
  algorithm: string;
  parameters: Record<string, unknown>;
  features: string[];
  fitted: unknown;
  onnx: Uint8Array | null;
  manifest: unknown;
};

export async function findScorable(
  sql: PostgresClient | Tx,
  tenantId: string,
  modelId: string,
  version: number,
): Promise<ScorableRow | undefined> {
  const [row] = await sql<ScorableRow[]>`
    SELECT m.name, v.algorithm, v.parameters, v.features, v.fitted, v.onnx, v.manifest FROM crmbet.model_versions v
    JOIN crmbet.models m ON m.tenant_id = v.tenant_id AND m.id = v.model_id
    WHERE v.tenant_id = ${tenantId} AND v.model_id = ${modelId} AND v.version = ${version} AND v.state = 'ready'`;
  return row;
}

/** Names of the segments whose rules read a model; it must not be deleted before them. */
export async function segmentsReading(
  sql: PostgresClient | Tx,
  tenantId: string,
  modelId: string,
): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT name FROM crmbet.segments
    WHERE tenant_id = ${tenantId} AND strpos(rule::text, ${`"model:${modelId}:`}) > 0 ORDER BY name`;
  return rows.map(({ name }) => name);
}
