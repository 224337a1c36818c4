import { describe, expect, it } from 'vitest';
import { featureById } from '../features/catalogue.ts';
import { purposeOf, Setting, trainedAlgorithms } from './algorithms.ts';
import { defaultFeatures } from './default-features.ts';

const churn = { kind: 'churn' };
const segment = '00000000-0000-7000-8000-000000000001';

describe('a setting', () => {
  it.each([
    ['kmeans', { k: 3 }, 'clusters', { k: 3 }],
    ['mini_batch_kmeans', { k: 3 }, 'clusters', { k: 3, batchSize: 4096 }],
    ['dbscan', { eps: 0.5 }, 'clusters', { eps: 0.5, minPoints: 5 }],
    ['hdbscan', {}, 'clusters', { minClusterSize: 50 }],
    ['rfm', {}, 'rfm', { quantiles: 5 }],
    ['customer_value', {}, 'value', {}],
    ['logistic', { target: churn }, 'churn', { target: { kind: 'churn', horizonDays: 30 } }],
    [
      'logistic',
      { target: { kind: 'propensity', counter: 'deposits_count' } },
      'propensity',
      { target: { kind: 'propensity', counter: 'deposits_count', atLeast: 1, horizonDays: 30 } },
    ],
    ['boosted_trees', { target: { kind: 'label', segment } }, 'label', {}],
  ])('of %s takes %j, is for %s, and has its defaults', (algorithm, parameters, purpose, filled) => {
    const setting = Setting.parse({ algorithm, parameters });
    expect(setting.parameters).toMatchObject(filled);
    expect(purposeOf(setting)).toBe(purpose);
    // What is kept is taken again as it is.
    expect(Setting.parse(JSON.parse(JSON.stringify(setting)))).toEqual(setting);
  });

  it.each([
    ['kmeans', {}],
    ['kmeans', { k: 1 }],
    ['kmeans', { k: 3, eps: 1 }],
    ['dbscan', { eps: 0 }],
    ['dbscan', { eps: Number.POSITIVE_INFINITY }],
    ['hdbscan', { minClusterSize: 1 }],
    ['logistic', {}],
    ['logistic', { target: { kind: 'luck' } }],
    ['logistic', { target: { kind: 'churn', horizonDays: 0 } }],
    ['logistic', { target: { kind: 'propensity', counter: 'deposits_amount' } }],
    ['boosted_trees', { target: churn, trees: 0 }],
    ['boosted_trees', { target: { kind: 'label', segment: 'vip' } }],
    ['onnx', {}],
    ['toString', {}],
  ])('of %s refuses %j', (algorithm, parameters) => {
    expect(Setting.safeParse({ algorithm, parameters }).success).toBe(false);
  });

  it.each(trainedAlgorithms)('of %s has features of the catalogue where none are named', (algorithm) => {
    const features = defaultFeatures(algorithm);
    expect(new Set(features).size).toBe(features.length);
    for (const id of features) expect(featureById.has(id), id).toBe(true);
  });
});
