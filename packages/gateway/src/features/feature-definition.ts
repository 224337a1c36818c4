import type { Expression, Window } from './expression.ts';
import type { Source } from './sources.ts';

export const featureUnits = [
  'money',
  'count',
  'share',
  'ratio',
  'days',
  'minutes',
  /** The number of a group, such as a cluster. */
  'label',
  /** Of a model, where more is more and there is no other unit. */
  'score',
] as const;

export type FeatureUnit = (typeof featureUnits)[number];

export type FeatureDefinition = {
  id: string;
  unit: FeatureUnit;
  window: Window | 'now';
  definition: string;
  /** Raised whenever the same events may give another value than before. */
  version: number;
  /** The paper or book that the measure comes from, where it is one of the literature's. */
  source: Source | null;
  expression: Expression;
};

const days: Record<Window, string> = {
  '7d': 'in the last 7 days',
  '30d': 'in the last 30 days',
  '90d': 'in the last 90 days',
  lifetime: 'since the first event',
};

/** What a measure is in each of its windows. `definition` reads on with the window: "… in the last 30 days". */
export const overWindows = <W extends Window>(
  windows: readonly W[],
  name: string,
  unit: FeatureUnit,
  definition: string,
  expression: (window: W) => Expression,
  source: Source | null = null,
): FeatureDefinition[] =>
  windows.map((window) => ({
    id: `${name}_${window}`,
    unit,
    window,
    definition: `${definition} ${days[window]}`,
    version: 1,
    source,
    expression: expression(window),
  }));
