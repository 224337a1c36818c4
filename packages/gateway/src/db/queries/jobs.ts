import { and, eq } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { Database, PostgresClient } from '../database.ts';
import { jobs } from '../schema/index.ts';

/** Changes of a job's state. Each names the states it may come from, so a cancel and a finish can never both win. */

type Transaction = TransactionSql<{ bigint: bigint }>;

export type JobRow = typeof jobs.$inferSelect;

export async function findJob({ orm }: Database, tenantId: string, id: string): Promise<JobRow | undefined> {
  const [row] = await orm
    .select()
    .from(jobs)
    .where(and(eq(jobs.tenantId, tenantId), eq(jobs.id, id)));
  return row;
}

export async function insertJob(
  tx: Transaction,
  job: {
    id: string;
    tenantId: string;
    kind: JobRow['kind'];
    modelId: string;
    /** Of a training. */
    version: number | null;
    createdAt: Date;
  },
): Promise<void> {
  await tx`
    INSERT INTO crmbet.jobs (id, tenant_id, kind, state, progress, model_id, model_version, created_at)
    VALUES (${job.id}, ${job.tenantId}, ${job.kind}, 'queued', 0, ${job.modelId}, ${job.version}, ${job.createdAt})`;
}

/** Of what is done already when it is answered. */
export async function insertEndedJob(tx: Transaction, job: Parameters<typeof insertJob>[1]): Promise<void> {
  await insertJob(tx, job);
  await tx`
    UPDATE crmbet.jobs SET state = 'succeeded', progress = 1, started_at = ${job.createdAt}, finished_at = ${job.createdAt}
    WHERE id = ${job.id}`;
}

export async function startJob(sql: PostgresClient, jobId: string, now: Date): Promise<boolean> {
  // A job that was running belongs to a worker that died: the queue hands it out again.
  const rows = await sql`
    UPDATE crmbet.jobs SET state = 'running', started_at = ${now}, progress = 0, step = 'reading'
    WHERE id = ${jobId} AND state IN ('queued', 'running') RETURNING id`;
  return rows.length > 0;
}

/** False when the job has been cancelled meanwhile. */
export async function noteProgress(
  sql: PostgresClient,
  jobId: string,
  progress: number,
  step: string,
): Promise<boolean> {
  const rows = await sql`
    UPDATE crmbet.jobs SET progress = ${progress}::real, step = ${step} WHERE id = ${jobId} AND state = 'running' RETURNING id`;
  return rows.length > 0;
}

/** Ends a job within the transaction that keeps its result. False when it has been cancelled meanwhile: keep nothing then. */
export async function finishJob(tx: Transaction, jobId: string, now: Date): Promise<boolean> {
  const rows = await tx`
    UPDATE crmbet.jobs SET state = 'succeeded', progress = 1, step = NULL, finished_at = ${now}
    WHERE id = ${jobId} AND state = 'running' RETURNING id`;
  return rows.length > 0;
}

type OfVersion = {
  tenant_id: string;
  kind: JobRow['kind'];
  model_id: string | null;
  model_version: number | null;
};

export async function failJob(
  sql: PostgresClient,
  jobId: string,
  why: { code: string; detail: string },
  now: Date,
): Promise<void> {
  await sql.begin(async (tx) => {
    const [ended] = await tx<OfVersion[]>`
      UPDATE crmbet.jobs SET state = 'failed', code = ${why.code}, detail = ${why.detail}, finished_at = ${now}
      WHERE id = ${jobId} AND state IN ('queued', 'running') RETURNING tenant_id, kind, model_id, model_version`;
    await endTraining(tx, ended, 'failed');
  });
}

export async function cancelJob(
  sql: PostgresClient,
  tenantId: string,
  jobId: string,
  now: Date,
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    const [ended] = await tx<OfVersion[]>`
      UPDATE crmbet.jobs SET state = 'cancelled', finished_at = ${now}
      WHERE tenant_id = ${tenantId} AND id = ${jobId} AND state IN ('queued', 'running')
      RETURNING tenant_id, kind, model_id, model_version`;
    await endTraining(tx, ended, 'cancelled');
    return ended !== undefined;
  });
}

/** The version that a training was for shares its end. */
async function endTraining(tx: Transaction, job: OfVersion | undefined, state: 'failed' | 'cancelled') {
  if (job?.kind !== 'train_model') return;
  await tx`
    UPDATE crmbet.model_versions SET state = ${state}
    WHERE tenant_id = ${job.tenant_id} AND model_id = ${job.model_id} AND version = ${job.model_version} AND state = 'training'`;
}
