import { describe, expect, it } from 'vitest';
import { deserializeModel, serializeModel } from '../models/model.ts';
import { blobs } from '../testing/data.ts';
import { kmeans } from './kmeans.ts';
import { centroidsInUnits, parseKMeansModel } from './kmeans-model.ts';

const { matrix } = blobs({ rows: 90, features: 3, groups: 3, seed: 2 });
const { model } = await kmeans(matrix, { k: 3, transform: { feature_1: 'log1p' }, scaling: 'robust' });

describe('a serialised model', () => {
  it('comes back bit for bit', () => {
    expect(deserializeModel(serializeModel(model))).toEqual(model);
  });

  it('drops what it does not know', () => {
    expect(parseKMeansModel({ ...model, extra: 1 })).toEqual(model);
  });

  it.each<[string, object]>([
    ['algorithm', { algorithm: 'dbscan' }],
    ['version', { version: 2 }],
    ['features', { features: ['a', 'a', 'b'] }],
    ['features', { features: [] }],
    ['features/0', { features: [1, 'b', 'c'] }],
    ['k', { k: 0 }],
    ['k', { k: '3' }],
    ['centroids', { centroids: [[1, 2, 3]] }],
    [
      'centroids/1',
      {
        centroids: [
          [1, 2, 3],
          [1, 2],
          [1, 2, 3],
        ],
      },
    ],
    [
      'centroids/0/2',
      {
        centroids: [
          [1, 2, null],
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
    ],
    [
      'centroids/0/0',
      {
        centroids: [
          [0.1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
    ],
    ['scaling', { scaling: null }],
    ['scaling/method', { scaling: { ...model.scaling, method: 'minmax' } }],
    ['scaling/transform/0', { scaling: { ...model.scaling, transform: ['sqrt', 'none', 'none'] } }],
    ['scaling/factor', { scaling: { ...model.scaling, factor: [1] } }],
    ['inertia', { inertia: Number.NaN }],
    ['iterations', { iterations: -1 }],
    ['converged', { converged: 'yes' }],
    ['sizes/0', { sizes: [0.5, 1, 1] }],
    ['seed', { seed: undefined }],
    ['device', { device: 'cuda' }],
  ])('is refused with its path when %s is wrong', (path, change) => {
    expect(() => parseKMeansModel({ ...model, ...change })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
    );
  });

  it.each([null, undefined, 1, 'model', []])('is refused when it is %j', (value) => {
    expect(() => parseKMeansModel(value)).toThrow(expect.objectContaining({ code: 'engine_model_invalid' }));
  });

  it('is refused when it is not JSON', () => {
    expect(() => deserializeModel('{')).toThrow(expect.objectContaining({ code: 'engine_model_invalid' }));
  });
});

describe('centroidsInUnits', () => {
  it('gives means in the units of untransformed features', async () => {
    const { model: plain, labels } = await kmeans(matrix, { k: 3, tolerance: 0 });
    centroidsInUnits(plain).forEach((centroid, k) => {
      const members = Array.from(matrix.column(0)).filter((_, i) => labels[i] === k);
      expect(centroid[0]).toBeCloseTo(members.reduce((sum, value) => sum + value, 0) / members.length, 3);
    });
  });
});
