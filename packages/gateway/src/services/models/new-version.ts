import type { TransactionSql } from 'postgres';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import { insertJob } from '../../db/queries/jobs.ts';
import { insertVersion, type VersionId } from '../../db/queries/model-versions.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { featureById } from '../../features/catalogue.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import type { Setting } from '../../models/algorithms.ts';

export type TrainingWanted = {
  setting: Setting;
  features: readonly string[];
  seed: number;
};

/** The version, its job and the queue's entry, within the caller's transaction: all of them or none. */
export async function beginTraining(
  tx: TransactionSql<{ bigint: bigint }>,
  queue: Pick<JobQueue, 'enqueue'>,
  id: VersionId,
  { setting, features, seed }: TrainingWanted,
  now: Date,
): Promise<void> {
  const jobId = uuidv7(now);
  await insertVersion(tx, {
    ...id,
    ...setting,
    features: definitionsOf(features),
    seed,
    jobId,
    createdAt: now,
  });
  await insertJob(tx, { ...id, id: jobId, kind: 'train_model', createdAt: now });
  await queue.enqueue(tx, 'train_model', { jobId, ...id });
}

/**
 * The features with the versions of their definitions.
 * @throws CrmbetError `request_invalid`, pointing at each that is unknown or named twice
 */
export function definitionsOf(ids: readonly string[]): { id: string; version: number }[] {
  const errors = ids.flatMap((id, index) => {
    const pointer = `/features/${index}`;
    if (!featureById.has(id))
      return [{ pointer, detail: 'is not a feature of the catalogue (see /v1/features)' }];
    return ids.indexOf(id) < index ? [{ pointer, detail: 'is named twice' }] : [];
  });
  if (errors.length > 0) throw new CrmbetError('request_invalid', 'The features cannot be used.', { errors });
  return ids.map((id) => ({ id, version: featureById.get(id)?.version ?? 1 }));
}
