import { clusterProfiles, EngineError, FeatureMatrix, kmeans, project2d } from '@crmbet/engine';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { readFeatures } from '../db/queries/features.ts';
import { failJob, noteProgress, startJob } from '../db/queries/jobs.ts';
import { findModel, saveTrainedModel } from '../db/queries/models.ts';
import type { Reads } from '../db/replicas/reads.ts';
import { featureById } from '../features/catalogue.ts';
import type { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import type { TrainModelJob } from './job-queue.ts';

export type TrainingPorts = {
  db: Database;
  /** Everybody's features are a large read. */
  reads: Reads;
  tenants: TenantDirectory;
  log: Logger;
  threads: number;
  /** Called after each change that a watcher should see. */
  onChange(tenantId: string, jobId: string): Promise<void>;
};

const progressEveryMs = 200;

/** Reads every player's features, clusters them off the event loop, and keeps the result unless it was cancelled. */
export async function trainModel(
  ports: TrainingPorts,
  job: TrainModelJob,
  stopping: AbortSignal,
): Promise<void> {
  const { sql } = ports.db;
  if (!(await startJob(sql, job.jobId, new Date()))) return;
  const cancel = new AbortController();
  const signal = AbortSignal.any([cancel.signal, stopping]);
  const progress = progressOf(ports, job, cancel);
  try {
    await train(ports, job, signal, progress.note);
  } catch (error) {
    if (stopping.aborted) throw error; // the queue hands it out again
    if (!cancel.signal.aborted) {
      const known = error instanceof EngineError || error instanceof TooFewPlayers;
      if (!known) ports.log.error({ err: error, job: job.jobId }, 'training failed');
      const why = known
        ? { code: error.code, detail: error.message }
        : { code: 'internal', detail: 'Something went wrong on our side.' };
      await failJob(sql, job, why, new Date());
    }
  } finally {
    await progress.settle();
    await ports.onChange(job.tenantId, job.jobId);
  }
}

class TooFewPlayers extends Error {
  readonly code = 'too_few_players';
}

async function train(
  ports: TrainingPorts,
  job: TrainModelJob,
  signal: AbortSignal,
  note: (share: number, step: string) => void,
) {
  const tenant = await ports.tenants.get(job.tenantId);
  const model = await findModel(ports.db, job.tenantId, job.modelId);
  if (model === undefined) return;
  const definitions = model.features.flatMap((id) => featureById.get(id) ?? []);
  note(0, 'reading');
  const rows = await ports.reads.readEverything(({ sql }) =>
    readFeatures(sql, definitions, {
      tenantId: tenant.id,
      timeZone: tenant.timeZone,
      today: tenant.today(new Date()),
    }),
  );
  if (rows.length < model.k)
    throw new TooFewPlayers(`${model.k} clusters need at least as many players; there are ${rows.length}.`);
  const columns = definitions.map((_, column) =>
    Float64Array.from(rows, (row) => row.values[column] ?? Number.NaN),
  );
  const matrix = FeatureMatrix.fromColumns(model.features, columns);

  const heavyTailed = definitions.filter((feature) => feature.unit !== 'share');
  const result = await kmeans(matrix, {
    k: model.k,
    seed: model.seed,
    initializations: 4,
    transform: Object.fromEntries(heavyTailed.map((feature) => [feature.id, 'log1p' as const])),
    threads: ports.threads,
    signal,
    onProgress: (p) => {
      const within = p.phase === 'iterate' ? 0.2 + 0.8 * Math.min(1, p.iteration / 30) : 0.1;
      note(0.1 + 0.7 * ((p.run - 1 + within) / p.runs), 'clustering');
    },
  });
  note(0.8, 'profiling');
  const plane = await project2d(matrix, { scaling: result.model.scaling, signal });
  const profiles = clusterProfiles(matrix, result.labels, model.k);
  note(0.9, 'saving');
  await saveTrainedModel(
    ports.db.sql,
    {
      ...job,
      fitted: result.model,
      profiles,
      playerIds: rows.map((row) => row.player_id),
      labels: result.labels,
      distances: result.distances,
      x: plane.x,
      y: plane.y,
    },
    new Date(),
  );
}

/** Writes progress down now and then; a write that finds the job cancelled stops the work. */
function progressOf(ports: TrainingPorts, job: TrainModelJob, cancel: AbortController) {
  let writing: Promise<void> = Promise.resolve();
  let last = 0;
  const write = async (share: number, step: string) => {
    const alive = await noteProgress(ports.db.sql, job.jobId, share, step);
    if (!alive) cancel.abort();
    else await ports.onChange(job.tenantId, job.jobId);
  };
  return {
    note: (share: number, step: string): void => {
      if (Date.now() - last < progressEveryMs) return;
      last = Date.now();
      // A failed note of progress is not a failed training; the save at the end tells.
      writing = writing.then(() => write(share, step)).catch(() => {});
    },
    settle: () => writing,
  };
}
