import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { featureNames } from '../testing/data.ts';
import { kmeans } from './kmeans.ts';
import { predict } from './predict.ts';

/** Small whole numbers: their sums are exact in any order, so that laws hold to the last bit. */
const problem = fc
  .record({ rows: fc.integer({ min: 1, max: 60 }), features: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, features }) =>
    fc.record({
      rows: fc.array(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: features, maxLength: features }),
        {
          minLength: rows,
          maxLength: rows,
        },
      ),
      k: fc.integer({ min: 1, max: Math.min(rows, 7) }),
      seed: fc.integer(),
      device: fc.constantFrom('relaxed', 'simd', 'js'),
    }),
  );

const start = fc.constantFrom('k-means++', 'k-means||');

function matrixOf(rows: readonly number[][]): FeatureMatrix {
  return FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 1), rows);
}

describe('the laws of kmeans', () => {
  it('permuting the rows permutes the labels, from the same start', async () => {
    await fc.assert(
      fc.asyncProperty(problem, fc.infiniteStream(fc.nat()), async ({ rows, k, device }, keys) => {
        const order = rows
          .map((_, i) => ({ i, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key || a.i - b.i);
        const init = rows.slice(0, k);
        const options = { k, init, device, scaling: 'none', maxIterations: 20 } as const;
        const straight = await kmeans(matrixOf(rows), options);
        // Equally far rows of an empty cluster are told apart by their order.
        fc.pre(straight.model.sizes.every((size) => size > 0) && new Set(init.map(String)).size === k);
        const permuted = await kmeans(matrixOf(order.map(({ i }) => rows[i] ?? [])), options);
        fc.pre(permuted.model.sizes.every((size) => size > 0));
        expect(permuted.model.inertia).toBeCloseTo(straight.model.inertia, 1);
        expect(Array.from(permuted.labels)).toEqual(order.map(({ i }) => straight.labels[i]));
      }),
    );
  });

  it('inertia never rises', async () => {
    await fc.assert(
      fc.asyncProperty(problem, start, async ({ rows, k, seed, device }, init) => {
        const inertias: number[] = [];
        await kmeans(matrixOf(rows), {
          k,
          init,
          seed,
          device,
          tolerance: 0,
          onProgress: ({ phase, inertia }) => phase === 'iterate' && inertias.push(inertia ?? Number.NaN),
        });
        inertias.slice(1).forEach((inertia, i) => {
          expect(inertia).toBeLessThanOrEqual((inertias[i] ?? 0) * (1 + 1e-6) + 1e-6);
        });
      }),
    );
  });

  it('predicting the rows it was fitted on gives its labels, and again the same', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, k, seed, device }) => {
        const matrix = matrixOf(rows);
        const { model, labels, distances } = await kmeans(matrix, { k, seed, device });
        const once = await predict(model, matrix, { device });
        const twice = await predict(model, matrix, { device });
        expect(once).toEqual({ labels, distances });
        expect(twice).toEqual(once);
      }),
    );
  });

  it('one cluster is the mean, and its inertia the variance', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, device }) => {
        const { model } = await kmeans(matrixOf(rows), { k: 1, device });
        const varying = model.scaling.factor.filter((factor) => factor !== 0).length;
        expect(model.inertia).toBeCloseTo(varying * rows.length, 2);
      }),
    );
  });

  it('sizes count labels, and every label is a cluster', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, k, seed, device }) => {
        const { model, labels } = await kmeans(matrixOf(rows), { k, seed, device });
        expect(labels.every((label) => label >= 0 && label < k)).toBe(true);
        expect(model.sizes).toEqual(
          model.sizes.map((_, cluster) => labels.filter((label) => label === cluster).length),
        );
      }),
    );
  });
});
