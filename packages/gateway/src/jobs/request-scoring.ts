import type { TransactionSql } from 'postgres';
import { uuidv7 } from '../auth/uuid-v7.ts';
import type { Database } from '../db/database.ts';
import { insertJob } from '../db/queries/jobs.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { found } from '../errors/not-found.ts';
import type { JobQueue } from './job-queue.ts';

/**
 * Has a model score everybody who needs it, within the caller's transaction. A job that has not ended is as good as a new one: it does
 * not end before it has looked whether others answer.
 * @returns the id of the job; undefined where no version of the model answers, or there is no such model
 */
export async function requestScoring(
  tx: TransactionSql<{ bigint: bigint }>,
  queue: Pick<JobQueue, 'enqueue'>,
  { tenantId, modelId }: { tenantId: string; modelId: string },
  now: Date,
): Promise<string | undefined> {
  // A job ends under a lock of the model's row, so none that is found here has ended.
  const [model] = await tx<{ active_version: number | null }[]>`
    SELECT active_version FROM crmbet.models WHERE tenant_id = ${tenantId} AND id = ${modelId} FOR UPDATE`;
  if (model === undefined || model.active_version === null) return undefined;
  const [going] = await tx<{ id: string }[]>`
    SELECT id FROM crmbet.jobs
    WHERE tenant_id = ${tenantId} AND model_id = ${modelId} AND kind = 'score_players' AND state IN ('queued', 'running') LIMIT 1`;
  if (going !== undefined) return going.id;
  const jobId = uuidv7(now);
  await insertJob(tx, { id: jobId, tenantId, kind: 'score_players', modelId, version: null, createdAt: now });
  await queue.enqueue(tx, 'score_players', { jobId, tenantId, modelId });
  return jobId;
}

/** After a job that failed or was cancelled: it would fare no better at once, and whoever cancelled it meant it. */
const patienceMs = 3_600_000;

/** As requestScoring, for whoever asks again and again: a job that failed or was cancelled is not repeated for an hour. */
export async function requestPatiently(
  tx: TransactionSql<{ bigint: bigint }>,
  queue: Pick<JobQueue, 'enqueue'>,
  model: { tenantId: string; modelId: string },
  now: Date,
): Promise<void> {
  const [last] = await tx<{ state: string; finished_at: Date | null }[]>`
    SELECT state, finished_at FROM crmbet.jobs
    WHERE tenant_id = ${model.tenantId} AND model_id = ${model.modelId} AND kind = 'score_players'
    ORDER BY created_at DESC LIMIT 1`;
  const isInVain = last?.state === 'failed' || last?.state === 'cancelled';
  if (isInVain && now.getTime() - (last.finished_at?.getTime() ?? 0) < patienceMs) return;
  await requestScoring(tx, queue, model, now);
}

/**
 * What POST /v1/models/{id}/score does.
 * @returns the id of the job
 * @throws CrmbetError `not_found`, `model_not_ready`
 */
export async function scoreModel(
  ports: { db: Database; queue: Pick<JobQueue, 'enqueue'> },
  model: { tenantId: string; modelId: string },
): Promise<string> {
  return await ports.db.sql.begin(async (tx) => {
    const jobId = await requestScoring(tx, ports.queue, model, new Date());
    if (jobId !== undefined) return jobId;
    const rows =
      await tx`SELECT 1 FROM crmbet.models WHERE tenant_id = ${model.tenantId} AND id = ${model.modelId}`;
    found(rows[0], 'model');
    throw new CrmbetError('model_not_ready', 'No version of the model is served yet.');
  });
}
