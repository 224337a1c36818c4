import type { TransactionSql } from 'postgres';
import { finishJob } from '../db/queries/jobs.ts';
import { fillVersion, findVersion, notePromotion } from '../db/queries/model-versions.ts';
import { lockModel, setServing } from '../db/queries/models.ts';
import { replacePlaces } from '../db/queries/player-clusters.ts';
import { Setting } from '../models/algorithms.ts';
import type { JobData, JobQueue } from './job-queue.ts';
import { requestScoring } from './request-scoring.ts';
import { type JobPorts, runJob, type Work } from './run-job.ts';
import type { KeptTraining } from './threads/kept-training.ts';
import type { Tasks } from './threads/messages.ts';
import type { ModelThread } from './threads/model-thread.ts';

export type TrainingPorts = JobPorts & {
  queue: Pick<JobQueue, 'enqueue'>;
  /** Where the players are trained on: never the one that answers requests. */
  thread: ModelThread;
  /** What that reads from. */
  source: Pick<Tasks['train']['input'], 'databaseUrl' | 'replicas' | 'logLevel'>;
  /** Workers of the engine, at least 1. */
  threads: number;
};

type TrainModelJob = JobData['train_model'];

/** Trains a version off the event loop, and keeps it unless it was cancelled. */
export async function trainModel(
  ports: TrainingPorts,
  data: TrainModelJob,
  stopping: AbortSignal,
): Promise<void> {
  // What an older gateway enqueued names no version: there was one.
  const job = { ...data, version: data.version ?? 1 };
  await runJob(ports, job, stopping, async (work) => {
    const row = await findVersion(ports.db, job);
    if (row === undefined) return;
    const { algorithm, parameters, features, seed } = row;
    const input = {
      setting: Setting.parse({ algorithm, parameters }),
      ...ports.source,
      tenantId: job.tenantId,
      modelId: job.modelId,
      version: job.version,
      features,
      seed,
      now: new Date(),
      threads: ports.threads,
    };
    work.note(0, 'reading');
    const trained = await ports.thread.run('train', input, work);
    work.note(0.9, 'saving');
    try {
      await ports.db.sql.begin((tx) => save(tx, ports.queue, job, trained, work));
    } catch (error) {
      if (!(error instanceof EndedMeanwhile)) throw error;
    }
  });
}

/** Rolls back what was written for a job that others have ended. */
class EndedMeanwhile extends Error {}

/** All together or not at all; nothing is kept when the job was cancelled meanwhile. Running it again replaces what a first run left. */
async function save(
  tx: TransactionSql<{ bigint: bigint }>,
  queue: TrainingPorts['queue'],
  job: TrainModelJob,
  trained: KeptTraining,
  work: Work,
): Promise<void> {
  // Of many players this takes seconds. The row of the job, which a cancel changes too, is locked only after it.
  if (trained.places !== undefined)
    await replacePlaces(tx, job, trained.places, (share) => {
      work.signal.throwIfAborted();
      work.note(0.9 + 0.1 * share, 'saving');
    });
  const now = new Date();
  if (!(await finishJob(tx, job.jobId, now))) throw new EndedMeanwhile();
  const model = await lockModel(tx, job.tenantId, job.modelId);
  if (model === undefined) return;
  await fillVersion(tx, job, trained, now);
  // The first that is ready is served; what comes later waits for somebody to promote it.
  if (model.activeVersion !== null) return;
  await setServing(tx, job.tenantId, job.modelId, { ...model, activeVersion: job.version });
  await notePromotion(tx, job, now);
  await requestScoring(tx, queue, job, now);
}
