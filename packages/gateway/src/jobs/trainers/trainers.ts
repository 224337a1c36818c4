import type { SettingOf, TrainedAlgorithm } from '../../models/algorithms.ts';
import { trainKMeans } from './kmeans.ts';
import type { TrainedVersion, Trainer, TrainingContext } from './trainer.ts';

const trainers: { readonly [A in TrainedAlgorithm]?: Trainer<A> } = {
  kmeans: trainKMeans,
};

/** Trains by the algorithm of the setting. */
export async function train<A extends TrainedAlgorithm>(
  setting: SettingOf<A>,
  context: Omit<TrainingContext, 'algorithm' | 'parameters'>,
): Promise<TrainedVersion> {
  const { algorithm, parameters } = setting;
  const trainer: Trainer<A> | undefined = trainers[algorithm];
  if (trainer === undefined) throw new Error(`nobody trains ${algorithm}`);
  return await trainer({ ...context, algorithm, parameters });
}
