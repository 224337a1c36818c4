import type { PostgresClient } from '../database.ts';

/** Changes of a job's state. Each names the states it may come from, so a cancel and a finish can never both win. */

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

export async function failJob(
  sql: PostgresClient,
  job: { jobId: string; modelId: string },
  why: { code: string; detail: string },
  now: Date,
): Promise<void> {
  await sql.begin(async (tx) => {
    const rows = await tx`
      UPDATE crmbet.jobs SET state = 'failed', code = ${why.code}, detail = ${why.detail}, finished_at = ${now}
      WHERE id = ${job.jobId} AND state IN ('queued', 'running') RETURNING id`;
    if (rows.length > 0) await tx`UPDATE crmbet.models SET state = 'failed' WHERE id = ${job.modelId}`;
  });
}

export async function cancelJob(
  sql: PostgresClient,
  tenantId: string,
  jobId: string,
  now: Date,
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    const rows = await tx<{ model_id: string | null }[]>`
      UPDATE crmbet.jobs SET state = 'cancelled', finished_at = ${now}
      WHERE tenant_id = ${tenantId} AND id = ${jobId} AND state IN ('queued', 'running') RETURNING model_id`;
    const modelId = rows[0]?.model_id;
    if (modelId !== undefined && modelId !== null) {
      await tx`UPDATE crmbet.models SET state = 'cancelled' WHERE tenant_id = ${tenantId} AND id = ${modelId}`;
    }
    return rows.length > 0;
  });
}
