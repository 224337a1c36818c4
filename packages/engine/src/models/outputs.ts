import type { Model } from './model.ts';

/**
 * - `label`: the number of a group; −1 is none.
 * - `probability`: 0 to 1.
 * - `amount`: money, in the units of the features it came from.
 * - `count`: how often, how many; need not be whole.
 * - `score`: any other number, of which more is more.
 */
export type OutputKind = 'label' | 'probability' | 'amount' | 'count' | 'score';

/** One number a row that a model gives. */
export interface OutputDefinition {
  readonly name: string;
  readonly kind: OutputKind;
}

const outputs: { readonly [A in Exclude<Model['algorithm'], 'onnx'>]: readonly OutputDefinition[] } = {
  'bg-nbd': [
    { name: 'p_alive', kind: 'probability' },
    { name: 'expected_purchases', kind: 'count' },
  ],
  'boosted-trees': [{ name: 'probability', kind: 'probability' }],
  'customer-value': [
    { name: 'customer_value', kind: 'amount' },
    { name: 'customer_value_error', kind: 'amount' },
  ],
  'gamma-gamma': [{ name: 'expected_value', kind: 'amount' }],
  dbscan: [
    { name: 'cluster', kind: 'label' },
    { name: 'distance', kind: 'score' },
  ],
  hdbscan: [
    { name: 'cluster', kind: 'label' },
    { name: 'probability', kind: 'probability' },
  ],
  kmeans: [
    { name: 'cluster', kind: 'label' },
    { name: 'distance', kind: 'score' },
  ],
  logistic: [{ name: 'probability', kind: 'probability' }],
  rfm: [
    { name: 'rfm', kind: 'label' },
    { name: 'rfm_group', kind: 'label' },
    { name: 'rfm_score', kind: 'score' },
    { name: 'recency_score', kind: 'score' },
    { name: 'frequency_score', kind: 'score' },
    { name: 'monetary_score', kind: 'score' },
  ],
};

/** What `applyModel` gives for a model, in the order of its columns; the first is what the model is for. */
export function modelOutputs(model: Model): readonly OutputDefinition[] {
  if (model.algorithm !== 'onnx') return outputs[model.algorithm];
  return [{ name: model.manifest.column, kind: model.manifest.meaning }];
}
