import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { blobs } from '../testing/data.ts';
import { kmeans } from './kmeans.ts';
import { predict } from './predict.ts';

describe('predict', () => {
  it('labels rows that the model has not seen', async () => {
    const train = FeatureMatrix.fromRows(
      ['stake', 'bets'],
      [
        [0, 0],
        [1, 1],
        [10, 10],
        [11, 11],
      ],
    );
    const { model, labels } = await kmeans(train, { k: 2 });
    const fresh = FeatureMatrix.fromRows(
      ['stake', 'bets'],
      [
        [2, 0],
        [9, 12],
      ],
    );
    const predicted = await predict(model, fresh);
    expect(Array.from(predicted.labels)).toEqual([labels[0], labels[2]]);
  });

  it('finds its features by name, in whatever order and company', async () => {
    const train = FeatureMatrix.fromRows(
      ['stake', 'bets'],
      [
        [0, 5],
        [1, 4],
        [10, 1],
        [11, 0],
      ],
    );
    const { model, labels } = await kmeans(train, { k: 2 });
    const shuffled = FeatureMatrix.fromRows(
      ['odds', 'bets', 'stake'],
      [
        [9, 5, 0],
        [9, 4, 1],
        [9, 1, 10],
        [9, 0, 11],
      ],
    );
    expect((await predict(model, shuffled)).labels).toEqual(labels);
    await expect(predict(model, FeatureMatrix.fromRows(['stake'], [[1]]))).rejects.toMatchObject({
      code: 'engine_feature_missing',
      details: { feature: 'bets' },
    });
  });

  it('leaves distances out when they are not wanted', async () => {
    const { matrix } = blobs({ rows: 100, features: 3, groups: 2, seed: 1 });
    const { model, labels } = await kmeans(matrix, { k: 2 });
    const predicted = await predict(model, matrix, { distances: false });
    expect(predicted.labels).toEqual(labels);
    expect(predicted.distances).toHaveLength(0);
  });

  it('answers for no rows with nothing', async () => {
    const { model } = await kmeans(FeatureMatrix.fromRows(['a'], [[1], [2]]), { k: 2 });
    const predicted = await predict(model, FeatureMatrix.fromRows(['a'], []));
    expect(predicted).toEqual({ labels: new Int32Array(0), distances: new Float32Array(0) });
  });

  it('labels more rows than a slice as it labels them one by one', async () => {
    const { matrix } = blobs({ rows: 140_003, features: 2, groups: 5, seed: 6, apart: 3 });
    const { model } = await kmeans(matrix, { k: 5, threads: 0 });
    const all = await predict(model, matrix);
    expect((await predict(model, matrix, { distances: false })).labels).toEqual(all.labels);
    for (const row of [0, 65_535, 65_536, 131_071, 131_072, 140_002]) {
      const one = await predict(model, FeatureMatrix.fromRows(matrix.names, [matrix.row(row)]));
      expect([all.labels[row], all.distances[row]]).toEqual([one.labels[0], one.distances[0]]);
    }
  });
});
