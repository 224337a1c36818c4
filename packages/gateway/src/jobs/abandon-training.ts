import type { PostgresClient } from '../db/database.ts';
import { failJob } from '../db/queries/jobs.ts';
import type { TrainModelJob } from './job-queue.ts';

/** The end of a training whose every try was cut off: without it the job would say for ever that it runs. */
export async function abandonTraining(
  ports: { sql: PostgresClient; onChange(tenantId: string, jobId: string): Promise<void> },
  job: TrainModelJob,
): Promise<void> {
  const why = {
    code: 'job_abandoned',
    detail: 'The training was begun again and again and never came to its end. Create the model once more.',
  };
  await failJob(ports.sql, job, why, new Date());
  await ports.onChange(job.tenantId, job.jobId);
}
