import type { ClusterProfile, KMeansModel } from '@crmbet/engine';
import { and, desc, eq, lt, or } from 'drizzle-orm';
import { plainArray } from '../array-literal.ts';
import type { Database, PostgresClient } from '../database.ts';
import { jobs, models } from '../schema/index.ts';
import { decodeCursor, instantShape } from './cursor.ts';

export type ModelRow = typeof models.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;

export async function findModel(
  { orm }: Database,
  tenantId: string,
  id: string,
): Promise<ModelRow | undefined> {
  const [row] = await orm
    .select()
    .from(models)
    .where(and(eq(models.tenantId, tenantId), eq(models.id, id)));
  return row;
}

export async function listModels(
  { orm }: Database,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<ModelRow[]> {
  const after = decodeCursor(query.cursor, instantShape);
  const at = after === undefined ? undefined : new Date(after.value);
  return await orm
    .select()
    .from(models)
    .where(
      and(
        eq(models.tenantId, tenantId),
        at === undefined || after === undefined
          ? undefined
          : or(lt(models.createdAt, at), and(eq(models.createdAt, at), lt(models.id, after.id))),
      ),
    )
    .orderBy(desc(models.createdAt), desc(models.id))
    .limit(query.limit + 1);
}

export async function findJob({ orm }: Database, tenantId: string, id: string): Promise<JobRow | undefined> {
  const [row] = await orm
    .select()
    .from(jobs)
    .where(and(eq(jobs.tenantId, tenantId), eq(jobs.id, id)));
  return row;
}

export type PointRow = { external_id: string; x: number; y: number; cluster: number };

/** A sample that is the same at every call: player ids are hashes, so their order is as good as chance. */
export async function listPoints(
  { sql }: Database,
  tenantId: string,
  modelId: string,
  limit: number,
): Promise<PointRow[]> {
  return await sql<PointRow[]>`
    SELECT p.external_id, c.x, c.y, c.cluster FROM crmbet.player_clusters c
    JOIN crmbet.players p ON p.tenant_id = c.tenant_id AND p.player_id = c.player_id
    WHERE c.tenant_id = ${tenantId} AND c.model_id = ${modelId} ORDER BY c.player_id LIMIT ${limit}`;
}

export type TrainedModel = {
  jobId: string;
  tenantId: string;
  modelId: string;
  fitted: KMeansModel;
  profiles: ClusterProfile[];
  playerIds: string[];
  labels: Int32Array;
  distances: Float32Array;
  x: Float32Array;
  y: Float32Array;
};

const rowsPerInsert = 10_000;

/**
 * Keeps the model and every player's place in it and ends the job, all together or not at all. False, with nothing kept,
 * when the job was cancelled meanwhile. Running it again replaces what a first run left.
 */
export async function saveTrainedModel(
  sql: PostgresClient,
  trained: TrainedModel,
  now: Date,
): Promise<boolean> {
  const { tenantId, modelId } = trained;
  return await sql.begin(async (tx) => {
    const ended = await tx`
      UPDATE crmbet.jobs SET state = 'succeeded', progress = 1, step = NULL, finished_at = ${now}
      WHERE id = ${trained.jobId} AND state = 'running' RETURNING id`;
    if (ended.length === 0) return false;
    await tx`DELETE FROM crmbet.player_clusters WHERE tenant_id = ${tenantId} AND model_id = ${modelId}`;
    for (let from = 0; from < trained.playerIds.length; from += rowsPerInsert) {
      const to = from + rowsPerInsert;
      const part = (values: Int32Array | Float32Array) => plainArray(Array.from(values.subarray(from, to)));
      await tx`
        INSERT INTO crmbet.player_clusters (tenant_id, player_id, model_id, cluster, distance, x, y)
        SELECT ${tenantId}::uuid, u.p, ${modelId}::uuid, u.c, u.d, u.x, u.y FROM unnest(
          ${plainArray(trained.playerIds.slice(from, to))}::text::uuid[], ${part(trained.labels)}::text::integer[],
          ${part(trained.distances)}::text::real[], ${part(trained.x)}::text::real[], ${part(trained.y)}::text::real[]
        ) AS u (p, c, d, x, y)`;
    }
    await tx`
      UPDATE crmbet.models SET state = 'ready', trained_at = ${now}, players = ${trained.playerIds.length},
        fitted = ${JSON.stringify(trained.fitted)}::text::jsonb, profiles = ${JSON.stringify(trained.profiles)}::text::jsonb
      WHERE tenant_id = ${tenantId} AND id = ${modelId}`;
    return true;
  });
}
