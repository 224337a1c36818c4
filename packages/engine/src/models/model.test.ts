import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import { blobs } from '../testing/data.ts';
import { applyModel } from './apply.ts';
import { parseModel } from './model.ts';

const { matrix } = blobs({ rows: 200, features: 3, groups: 3, seed: 4 });
const { model } = await kmeans(matrix, { k: 3 });

describe('a model of any algorithm', () => {
  it('is parsed by the algorithm that it names', () => {
    expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });

  it.each([null, [], 'kmeans', {}, { algorithm: 'toString' }, { algorithm: 7 }])(
    'is refused where it names none: %j',
    (value) => {
      expect(() => parseModel(value)).toThrow(expect.objectContaining({ code: 'engine_model_invalid' }));
    },
  );

  it('answers with named columns', async () => {
    const { labels, distances } = await predict(model, matrix);
    expect(await applyModel(model, matrix)).toEqual([
      { name: 'cluster', kind: 'label', values: labels },
      { name: 'distance', kind: 'score', values: distances },
    ]);
  });
});
