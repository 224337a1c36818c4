import { fitTarget } from './fit-target.ts';
import type { Trainer } from './trainer.ts';

/** A logistic regression on a target: one coefficient a feature, to be read. */
export const trainLogistic: Trainer<'logistic'> = async (context) => {
  const { target, l2 } = context.parameters;
  return await fitTarget(context, target, { method: 'logistic', logistic: { l2 } });
};
