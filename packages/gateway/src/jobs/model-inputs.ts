import type { DayWindow } from '../features/expression.ts';
import type { FeatureDefinition } from '../features/feature-definition.ts';
import { activeDays } from '../features/measures.ts';
import { definitionOf } from '../features/model-features.ts';
import { purchaseHistory } from '../features/purchase-history.ts';

type Input = Pick<FeatureDefinition, 'id' | 'expression'>;

/** What a version reads of each player, at a training and at every score. */
export type Inputs = {
  inputs: readonly Input[];
  /** Only those who did something in these days are asked about; everybody where left out. */
  activeIn?: DayWindow;
};

/** Whoever is to leave, or to do something, has to be there first: it is foretold of those who did something in these days. */
export const activeWindow: DayWindow = '30d';

/** @param of.features those of the fitted model: of the catalogue, or what models of customer value know of purchases */
export function inputsOf({
  algorithm,
  features,
}: {
  algorithm: string;
  features: readonly string[];
}): Inputs {
  const inputs = features.map((id) => {
    const definition = purchaseHistory.find((input) => input.id === id) ?? definitionOf(id);
    // Features are checked when a version is made, and none is ever taken out of the catalogue.
    if (definition === undefined) throw new Error(`unknown feature ${id}`);
    return definition;
  });
  return algorithm === 'logistic' || algorithm === 'boosted_trees'
    ? { inputs, activeIn: activeWindow }
    : { inputs };
}

/** How many days of the window the player was active on. */
export const activity = (window: DayWindow): Input => ({ id: 'activity', expression: activeDays(window) });
