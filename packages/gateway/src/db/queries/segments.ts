import type { TransactionSql } from 'postgres';
import { type FeatureScope, SqlParameters } from '../../features/feature-sql.ts';
import type { Rule } from '../../segments/rule.ts';
import { compileRule } from '../../segments/rule-sql.ts';
import type { PostgresClient } from '../database.ts';
import { decodeCursor, instantShape } from './cursor.ts';
import { overEverybody } from './over-everybody.ts';

export type SegmentRow = {
  id: string;
  name: string;
  description: string | null;
  rule: Rule;
  size: bigint;
  created_at: Date;
  created_text: string;
  evaluated_at: Date | null;
};

const columns = (sql: PostgresClient) => sql`
  g.id, g.name, g.description, g.rule, g.created_at, g.evaluated_at,
  to_char(g.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_text,
  (SELECT count(*) FROM crmbet.segment_members m WHERE m.tenant_id = g.tenant_id AND m.segment_id = g.id) AS size`;

export async function insertSegment(
  sql: PostgresClient | TransactionSql<{ bigint: bigint }>,
  segment: {
    id: string;
    tenantId: string;
    name: string;
    description: string | null;
    rule: Rule;
    createdAt: Date;
  },
): Promise<void> {
  await sql`
    INSERT INTO crmbet.segments (id, tenant_id, name, description, rule, created_at)
    VALUES (${segment.id}, ${segment.tenantId}, ${segment.name}, ${segment.description}, ${JSON.stringify(segment.rule)}::text::jsonb, ${segment.createdAt})`;
}

export async function findSegment(
  sql: PostgresClient,
  tenantId: string,
  id: string,
): Promise<SegmentRow | undefined> {
  const [row] = await sql<
    SegmentRow[]
  >`SELECT ${columns(sql)} FROM crmbet.segments g WHERE g.tenant_id = ${tenantId} AND g.id = ${id}`;
  return row;
}

export async function listSegments(
  sql: PostgresClient,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<SegmentRow[]> {
  const after = decodeCursor(query.cursor, instantShape);
  return await sql<SegmentRow[]>`
    SELECT ${columns(sql)} FROM crmbet.segments g WHERE g.tenant_id = ${tenantId}
    ${after === undefined ? sql`` : sql`AND (g.created_at, g.id) < (${after.value}::text::timestamptz, ${after.id}::uuid)`}
    ORDER BY g.created_at DESC, g.id DESC LIMIT ${query.limit + 1}`;
}

export type RuleOfSegment = { id: string; name: string; rule: Rule };

export async function rulesOfTenant(
  sql: PostgresClient | TransactionSql<{ bigint: bigint }>,
  tenantId: string,
): Promise<RuleOfSegment[]> {
  return await sql<
    RuleOfSegment[]
  >`SELECT id, name, rule FROM crmbet.segments WHERE tenant_id = ${tenantId} ORDER BY id`;
}

export async function deleteSegment(sql: PostgresClient, tenantId: string, id: string): Promise<boolean> {
  return await sql.begin(async (tx) => {
    // The segment first, as a refresh locks it first: afterwards no refresh can put members back.
    const gone =
      await tx`DELETE FROM crmbet.segments WHERE tenant_id = ${tenantId} AND id = ${id} RETURNING id`;
    await tx`DELETE FROM crmbet.segment_members WHERE tenant_id = ${tenantId} AND segment_id = ${id}`;
    return gone.length > 0;
  });
}

export type MemberRow = { player_id: string; external_id: string; entered_at: Date };

export async function listMembers(
  sql: PostgresClient,
  tenantId: string,
  segmentId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<MemberRow[]> {
  const after = decodeCursor(query.cursor, /^$/);
  return await sql<MemberRow[]>`
    SELECT m.player_id, p.external_id, m.entered_at FROM crmbet.segment_members m
    JOIN crmbet.players p ON p.tenant_id = m.tenant_id AND p.player_id = m.player_id
    WHERE m.tenant_id = ${tenantId} AND m.segment_id = ${segmentId}
    ${after === undefined ? sql`` : sql`AND m.player_id > ${after.id}::uuid`}
    ORDER BY m.player_id LIMIT ${query.limit + 1}`;
}

export type MembershipChange = { change: 'entered' | 'left'; player_id: string; external_id: string };

/**
 * Makes the members of a segment equal to the players for whom its rule holds, among the players of the scope, and says
 * what changed. A segment that was deleted meanwhile gets no members.
 */
export async function refreshMembers(
  sql: PostgresClient,
  segment: { id: string; rule: Rule },
  scope: FeatureScope & { now: Date },
): Promise<MembershipChange[]> {
  const parameters = new SqlParameters();
  const matching = compileRule(segment.rule, scope, parameters);
  const tenant = `${parameters.add(scope.tenantId)}::uuid`;
  const id = `${parameters.add(segment.id)}::uuid`;
  const now = `${parameters.add(scope.now.toISOString())}::timestamptz`;
  const only =
    scope.playerIds === undefined ? '' : `AND m.player_id = ANY(${parameters.add(scope.playerIds)}::uuid[])`;
  return await sql.begin(async (tx) => {
    const alive = await tx`
      SELECT 1 FROM crmbet.segments WHERE tenant_id = ${scope.tenantId} AND id = ${segment.id} FOR NO KEY UPDATE`;
    if (alive.length === 0) return [];
    if (scope.playerIds === undefined) await overEverybody(tx);
    const changes = await tx.unsafe<MembershipChange[]>(
      `WITH matching AS MATERIALIZED (${matching}),
       entered AS (
         INSERT INTO crmbet.segment_members (tenant_id, player_id, segment_id, entered_at)
         SELECT tenant_id, player_id, ${id}, ${now} FROM matching
         ON CONFLICT DO NOTHING RETURNING player_id
       ),
       gone AS (
         DELETE FROM crmbet.segment_members m
         WHERE m.tenant_id = ${tenant} AND m.segment_id = ${id} ${only}
           AND NOT EXISTS (SELECT 1 FROM matching WHERE matching.player_id = m.player_id)
         RETURNING m.player_id
       )
       SELECT 'entered' AS change, player_id, matching.external_id FROM entered JOIN matching USING (player_id)
       UNION ALL
       SELECT 'left', gone.player_id, p.external_id FROM gone JOIN crmbet.players p ON p.tenant_id = ${tenant} AND p.player_id = gone.player_id`,
      parameters.values,
    );
    if (scope.playerIds === undefined) {
      await tx`UPDATE crmbet.segments SET evaluated_at = ${scope.now} WHERE tenant_id = ${scope.tenantId} AND id = ${segment.id}`;
    }
    return [...changes];
  });
}
