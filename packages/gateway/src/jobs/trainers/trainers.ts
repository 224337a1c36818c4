import type { SettingOf, TrainedAlgorithm } from '../../models/algorithms.ts';
import { trainBoostedTrees } from './boosted-trees.ts';
import { trainCustomerValue } from './customer-value.ts';
import { trainDbscan } from './dbscan.ts';
import { trainHdbscan } from './hdbscan.ts';
import { trainKMeans } from './kmeans.ts';
import { trainLogistic } from './logistic.ts';
import { trainMiniBatchKMeans } from './mini-batch-kmeans.ts';
import { trainRfm } from './rfm.ts';
import type { TrainedVersion, Trainer, TrainingContext } from './trainer.ts';

const trainers: { readonly [A in TrainedAlgorithm]: Trainer<A> } = {
  kmeans: trainKMeans,
  mini_batch_kmeans: trainMiniBatchKMeans,
  dbscan: trainDbscan,
  hdbscan: trainHdbscan,
  rfm: trainRfm,
  customer_value: trainCustomerValue,
  logistic: trainLogistic,
  boosted_trees: trainBoostedTrees,
};

/** Trains by the algorithm of the setting. */
export async function train<A extends TrainedAlgorithm>(
  setting: SettingOf<A>,
  context: Omit<TrainingContext, 'algorithm' | 'parameters'>,
): Promise<TrainedVersion> {
  const { algorithm, parameters } = setting;
  const trainer: Trainer<A> = trainers[algorithm];
  return await trainer({ ...context, algorithm, parameters });
}
