import { fitTarget } from './fit-target.ts';
import type { Trainer } from './trainer.ts';

/** Gradient-boosted trees on a target: bends and interplay of features are found without being named. */
export const trainBoostedTrees: Trainer<'boosted_trees'> = async (context) => {
  const { target, trees, depth, learningRate } = context.parameters;
  return await fitTarget(context, target, {
    method: 'boosted-trees',
    trees: { maxTrees: trees, maxDepth: depth, learningRate },
  });
};
