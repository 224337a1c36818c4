import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { deserializeModel, parseModel, serializeModel } from '../models/model.ts';
import { exportOnnx } from '../onnx/export.ts';
import { runOnnx } from '../onnx/run.ts';
import { blobs, featureNames } from '../testing/data.ts';
import { nearest, scaledRows } from '../testing/reference.ts';
import { kmeans } from './kmeans.ts';
import type { KMeansModel } from './kmeans-model.ts';
import { miniBatchKMeans } from './mini-batch.ts';
import { partialFit } from './partial-fit.ts';
import { predict } from './predict.ts';

const train = blobs({ rows: 600, features: 3, groups: 4, seed: 5, apart: 3, missing: 0.02 }).matrix;
const more = blobs({ rows: 400, features: 3, groups: 4, seed: 5, apart: 3, missing: 0.02 }).matrix;
const { model } = await kmeans(train, { k: 4, scaling: 'robust', transform: { feature_1: 'log1p' } });

function weightsOf(of: KMeansModel): readonly number[] {
  return of.weights ?? of.sizes;
}

describe('partialFit', () => {
  it('moves each centroid to the mean of what it has weighed and of its new rows', async () => {
    const { model: next } = await partialFit(model, more);
    const rows = scaledRows(more, model.scaling);
    const labels = rows.map((row) => nearest(row, model.centroids));
    model.centroids.forEach((centroid, c) => {
      const own = rows.filter((_, i) => labels[i] === c);
      const weight = weightsOf(model)[c] ?? 0;
      expect(weightsOf(next)[c]).toBe(weight + own.length);
      expect(next.sizes[c]).toBe((model.sizes[c] ?? 0) + own.length);
      centroid.forEach((value, j) => {
        const sum = own.reduce((total, row) => total + (row[j] ?? 0), 0);
        expect(next.centroids[c]?.[j]).toBeCloseTo((value * weight + sum) / (weight + own.length), 5);
      });
    });
    expect(next.iterations).toBe(model.iterations + 1);
  });

  it('leaves the model that it was given as it was, and gives one like any other', async () => {
    const before = structuredClone(model);
    const { model: next } = await partialFit(model, more);
    expect(model).toEqual(before);
    expect(deserializeModel(serializeModel(next))).toEqual(next);
    const { labels } = await predict(next, more);
    expect(labels).toHaveLength(400);
    const theirs = await runOnnx(exportOnnx(next), more);
    expect(theirs.labels).toEqual(labels);
  });

  it('moves less the more it has seen, and follows when the past fades', async () => {
    const shifted = FeatureMatrix.fromColumns(
      train.names,
      train.columns().map((column) => column.map((value) => value + 0.5)),
    );
    const distance = (a: KMeansModel, b: KMeansModel): number =>
      Math.hypot(...a.centroids.flat().map((value, i) => value - (b.centroids.flat()[i] ?? 0)));
    const moves: number[] = [];
    let current = model;
    for (let call = 0; call < 5; call++) {
      const { model: next } = await partialFit(current, shifted);
      moves.push(distance(current, next));
      current = next;
    }
    moves.slice(1).forEach((move, i) => {
      expect(move).toBeLessThan(moves[i] ?? 0);
    });
    const { model: fading } = await partialFit(model, shifted, { decay: 0.1 });
    expect(distance(model, fading)).toBeGreaterThan(1.5 * (moves[0] ?? 0));
  });

  it('with all of the past forgotten is the mean of the new rows', async () => {
    const { model: next } = await partialFit(model, more, { decay: 0 });
    const { labels } = await predict(model, more);
    const rows = scaledRows(more, model.scaling).filter((_, i) => labels[i] === 2);
    const mean = rows.reduce((sum, row) => sum + (row[0] ?? 0), 0) / rows.length;
    expect(next.centroids[2]?.[0]).toBeCloseTo(mean, 5);
    expect(next.weights?.[2]).toBe(rows.length);
  });

  it('goes on where mini-batches stopped', async () => {
    const { model: mini } = await miniBatchKMeans(train, { k: 4, batchSize: 128 });
    const { model: next } = await partialFit(mini, more);
    const total = (weights: readonly number[] = []): number =>
      weights.reduce((sum, weight) => sum + weight, 0);
    expect(total(next.weights)).toBeCloseTo(total(mini.weights) + 400, 6);
  });

  it('of no rows changes nothing that predicts', async () => {
    const none = FeatureMatrix.fromRows(train.names, []);
    const { model: next } = await partialFit(model, none);
    expect(next).toMatchObject({ centroids: model.centroids, sizes: model.sizes, inertia: model.inertia });
  });

  it.each([
    [{ decay: -0.1 }, 'engine_option_invalid'],
    [{ decay: 1.1 }, 'engine_option_invalid'],
    [{ maxShift: 0 }, 'engine_option_invalid'],
    [{ signal: AbortSignal.abort() }, 'engine_aborted'],
  ])('refuses %j', async (options, code) => {
    await expect(partialFit(model, more, options)).rejects.toMatchObject({ code });
  });

  it('refuses a matrix without one of its columns', async () => {
    await expect(partialFit(model, more.select(['feature_0', 'feature_2']))).rejects.toMatchObject({
      code: 'engine_feature_missing',
      details: { feature: 'feature_1' },
    });
  });
});

describe('the weights of a model from outside', () => {
  it.each([
    ['weights', [1, 2, 3]],
    ['weights/1', [1, -1, 2, 3]],
    ['weights/2', [1, 1, null, 3]],
  ])('are refused with their path when %s is wrong', (path, weights) => {
    expect(() => parseModel({ ...model, weights })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
    );
  });
});

describe('the laws of partialFit', () => {
  const rows = (width: number, least: number): fc.Arbitrary<number[][]> =>
    fc.array(fc.array(fc.integer({ min: -30, max: 30 }), { minLength: width, maxLength: width }), {
      minLength: least,
      maxLength: 25,
    });
  const matrixOf = (of: readonly number[][]): FeatureMatrix => FeatureMatrix.fromRows(featureNames(2), of);
  // Any rows are taken here: what drifts is looked at below.
  const options = { onDrift: 'report' } as const;

  it('one cluster is the mean of every row that it has seen, in whatever batches', async () => {
    await fc.assert(
      fc.asyncProperty(rows(2, 1), fc.array(rows(2, 0), { maxLength: 4 }), async (first, batches) => {
        let { model: one } = await kmeans(matrixOf(first), { k: 1, scaling: 'none' });
        for (const batch of batches) ({ model: one } = await partialFit(one, matrixOf(batch), options));
        const all = scaledRows(matrixOf([...first, ...batches.flat()]), one.scaling);
        expect(one.sizes).toEqual([all.length]);
        [0, 1].forEach((j) => {
          const mean = all.reduce((sum, row) => sum + (row[j] ?? 0), 0) / all.length;
          // A column that was constant in the first rows is 0 for ever.
          expect(one.centroids[0]?.[j]).toBeCloseTo(one.scaling.factor[j] === 0 ? 0 : mean, 3);
        });
      }),
    );
  });

  it('neither the order of the new rows matters, nor where among them a cluster has its rows', async () => {
    await fc.assert(
      fc.asyncProperty(rows(2, 3), rows(2, 1), fc.integer(), async (first, batch, seed) => {
        const { model: start } = await kmeans(matrixOf(first), { k: 3, seed, scaling: 'none' });
        const { model: straight } = await partialFit(start, matrixOf(batch), options);
        const { model: reversed } = await partialFit(start, matrixOf([...batch].reverse()), options);
        expect(reversed.sizes).toEqual(straight.sizes);
        expect(reversed.weights).toEqual(straight.weights);
        straight.centroids.flat().forEach((value, i) => {
          expect(reversed.centroids.flat()[i]).toBeCloseTo(value, 3);
        });
        const seen = straight.sizes.reduce((sum, size) => sum + size, 0);
        expect(seen).toBe(first.length + batch.length);
      }),
    );
  });
});

describe('rows that the scaling no longer fits', () => {
  const column = (of: (i: number) => number): Float32Array =>
    Float32Array.from({ length: 100 }, (_, i) => of(i));
  const steady = FeatureMatrix.fromColumns(['stake', 'vip'], [column((i) => i % 20), column(() => 1)]);
  const changed = (stake: (i: number) => number, vip: (i: number) => number): FeatureMatrix =>
    FeatureMatrix.fromColumns(['stake', 'vip'], [column(stake), column(vip)]);

  it.each(['standard', 'robust', 'none'] as const)('are learned while they fit (%s)', async (scaling) => {
    const { model: fitted } = await kmeans(steady, { k: 2, scaling });
    const { drifted } = await partialFit(
      fitted,
      changed(
        (i) => (i % 20) + 5,
        () => Number.NaN,
      ),
    );
    expect(drifted).toEqual([]);
  });

  it.each(['standard', 'robust', 'none'] as const)('are refused once they do not (%s)', async (scaling) => {
    const { model: fitted } = await kmeans(steady, { k: 2, scaling });
    const cases: [FeatureMatrix, string, string][] = [
      [
        changed(
          (i) => (i % 20) + 100,
          () => 1,
        ),
        'stake',
        'shifted',
      ],
      [
        changed(
          (i) => (i % 20) - 100,
          () => 1,
        ),
        'stake',
        'shifted',
      ],
      [
        changed(
          () => Number.NaN,
          () => 1,
        ),
        'stake',
        'all-missing',
      ],
      [
        changed(
          (i) => i % 20,
          (i) => (i === 7 ? 0 : 1),
        ),
        'vip',
        'no-longer-constant',
      ],
    ];
    for (const [rows, feature, kind] of cases) {
      await expect(partialFit(fitted, rows)).rejects.toMatchObject({
        code: 'engine_feature_drifted',
        details: { feature, kind },
      });
      const { drifted, model: next } = await partialFit(fitted, rows, { onDrift: 'report' });
      expect(drifted).toMatchObject([{ feature, kind }]);
      expect(next.iterations).toBe(fitted.iterations + 1);
    }
  });

  it('are told by where the median lies, in spreads', async () => {
    const { model: fitted } = await kmeans(steady, { k: 2 });
    const { drifted } = await partialFit(
      fitted,
      changed(
        (i) => (i % 20) + 100,
        () => 1,
      ),
      { onDrift: 'report' },
    );
    // Deviation of 0 to 19: √(399 / 12).
    expect(drifted[0]?.shift).toBeCloseTo(100 / Math.sqrt(399 / 12), 4);
    expect(
      (
        await partialFit(
          fitted,
          changed(
            (i) => (i % 20) + 100,
            () => 1,
          ),
          { maxShift: 18 },
        )
      ).drifted,
    ).toEqual([]);
  });

  it('are not judged by a handful', async () => {
    const { model: fitted } = await kmeans(steady, { k: 2 });
    const few = FeatureMatrix.fromRows(['stake', 'vip'], new Array(29).fill([200, 1]));
    expect((await partialFit(fitted, few)).drifted).toEqual([]);
  });
});
