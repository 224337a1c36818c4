import { EngineError } from '@crmbet/engine';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { failJob, noteProgress, startJob } from '../db/queries/jobs.ts';
import { TrainingRefused } from './trainers/trainer.ts';

export type JobPorts = {
  db: Database;
  log: Logger;
  /** Called after each change that a watcher should see. */
  onChange(tenantId: string, jobId: string): Promise<void>;
};

/** What a job's work is given. It ends the job itself, by `finishJob` in the transaction that keeps its result. */
export type Work = {
  /** Aborted by a cancel and by the stop of the gateway. */
  signal: AbortSignal;
  /** How far it is, 0 to 1, and what it is doing, in a word. */
  note(share: number, step: string): void;
  /** The same, written down at once: rejects where the job was cancelled meanwhile. */
  reach(share: number, step: string): Promise<void>;
};

const progressEveryMs = 200;

/**
 * The frame of every job: it is started once, tells its progress, stops when it is cancelled, and says why it failed. Where the gateway
 * stops in between, the queue hands it out again.
 */
export async function runJob(
  ports: JobPorts,
  job: { jobId: string; tenantId: string },
  stopping: AbortSignal,
  work: (work: Work) => Promise<void>,
): Promise<void> {
  const { sql } = ports.db;
  if (!(await startJob(sql, job.jobId, new Date()))) return;
  const cancel = new AbortController();
  const signal = AbortSignal.any([cancel.signal, stopping]);
  const progress = progressOf(ports, job, cancel);
  try {
    await work({
      signal,
      note: progress.note,
      reach: async (share, step) => {
        await progress.write(share, step);
        signal.throwIfAborted();
      },
    });
  } catch (error) {
    if (stopping.aborted) throw error; // the queue hands it out again
    if (!cancel.signal.aborted) {
      const known = error instanceof EngineError || error instanceof TrainingRefused;
      if (!known) ports.log.error({ err: error, job: job.jobId }, 'a job failed');
      const why = known
        ? { code: error.code, detail: error.message }
        : { code: 'internal', detail: 'Something went wrong on our side.' };
      await failJob(sql, job.jobId, why, new Date());
    }
  } finally {
    await progress.settle();
    await ports.onChange(job.tenantId, job.jobId);
  }
}

/** Writes progress down now and then; a write that finds the job cancelled stops the work. */
function progressOf(ports: JobPorts, job: { jobId: string; tenantId: string }, cancel: AbortController) {
  let writing: Promise<void> = Promise.resolve();
  let last = 0;
  const write = async (share: number, step: string) => {
    const alive = await noteProgress(ports.db.sql, job.jobId, share, step);
    if (!alive) cancel.abort();
    else await ports.onChange(job.tenantId, job.jobId);
  };
  const inTurn = (share: number, step: string): Promise<void> => {
    last = Date.now();
    // A failed note of progress is not a failed training; the save at the end tells.
    writing = writing.then(() => write(share, step)).catch(() => {});
    return writing;
  };
  return {
    note: (share: number, step: string): void => {
      if (Date.now() - last >= progressEveryMs) void inTurn(share, step);
    },
    write: inTurn,
    settle: () => writing,
  };
}

/** The end of a job whose every try was cut off: without it the job would say for ever that it runs. */
export async function abandonJob(
  ports: Pick<JobPorts, 'db' | 'onChange'>,
  job: { jobId: string; tenantId: string },
): Promise<void> {
  const why = {
    code: 'job_abandoned',
    detail: 'The job was begun again and again and never came to its end. Ask for it once more.',
  };
  await failJob(ports.db.sql, job.jobId, why, new Date());
  await ports.onChange(job.tenantId, job.jobId);
}
