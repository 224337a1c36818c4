import { applyModel, type FitLabelOptions, fitLabel } from '@crmbet/engine';
import type { Target } from '../../models/algorithms.ts';
import { describeTraining } from './describe-training.ts';
import { type Examples, gatherExamples } from './examples.ts';
import { heavyTailed } from './read-players.ts';
import type { TrainedVersion, TrainingContext } from './trainer.ts';

/** Learns how probable a target is of each player. What it is judged by is of the latest cutoff, of which it has seen nothing. */
export async function fitTarget(
  context: TrainingContext<'logistic'> | TrainingContext<'boosted_trees'>,
  target: Target,
  options: Pick<FitLabelOptions, 'method' | 'trees' | 'logistic'>,
): Promise<TrainedVersion> {
  const { seed, signal, note } = context;
  const examples = await gatherExamples(context, target);
  const { matrix, labels, times, definitions, playerIds } = examples;
  const { model, validation, importance, notices } = await fitLabel(matrix, labels, {
    ...withTransforms(options, heavyTailed(definitions)),
    ...(times === undefined ? {} : { time: times }),
    seed,
    signal,
    onProgress: ({ phase, iteration, maxIterations }) => {
      if (phase === 'fit') note(0.3 + (0.4 * iteration) / Math.max(1, maxIterations), 'fitting');
      else note(phase === 'prepare' ? 0.3 : 0.75, phase === 'prepare' ? 'fitting' : 'validating');
    },
  });
  note(0.85, 'profiling');
  const outputs = await applyModel(model, matrix, { signal });
  const described = { matrix, playerIds, definitions, outputs, device: 'js' };
  return {
    fitted: model,
    metrics: { ...validation, importance, notices, ...provenance(examples) },
    ...(await describeTraining(context, described)),
    // Today's answers come with the scores, once the version is served: those here are of days gone by.
    playerIds: [],
    outputs: [],
  };
}

/** What was learned from, and what a number of the validation is therefore of. */
const provenance = ({ cutoffs, times }: Examples) => ({
  cutoffs,
  population: times === undefined ? 'all players' : 'players active in the 30 days before a cutoff',
});

const withTransforms = (
  options: Pick<FitLabelOptions, 'method' | 'trees' | 'logistic'>,
  transform: Record<string, 'log1p'>,
) => (options.method === 'logistic' ? { ...options, logistic: { ...options.logistic, transform } } : options);
