import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../../matrix.ts';
import { fitScaling } from '../../scaling.ts';
import { featureNames } from '../../testing/data.ts';
import { calinskiHarabasz, daviesBouldin } from './criteria.ts';
import type { QualityOptions } from './labelling.ts';
import { silhouette } from './silhouette.ts';

/** Rows of small whole numbers with labels that can be judged. */
const clustering = fc
  .record({ rows: fc.integer({ min: 3, max: 40 }), features: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rows, features }) =>
    fc.record({
      rows: fc.array(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: features, maxLength: features }),
        { minLength: rows, maxLength: rows },
      ),
      labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rows, maxLength: rows }),
    }),
  )
  .filter(({ rows, labels }) => {
    const clusters = new Set(labels).size;
    return clusters > 1 && clusters < rows.length && new Set(rows.map(String)).size > 1;
  });

function matrixOf(rows: readonly (readonly number[])[]): FeatureMatrix {
  return FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 1), rows);
}

const criteria: [string, (m: FeatureMatrix, l: Int32Array, o?: QualityOptions) => Promise<number>][] = [
  ['silhouette', async (matrix, labels, options) => (await silhouette(matrix, labels, options)).mean],
  ['daviesBouldin', daviesBouldin],
  ['calinskiHarabasz', calinskiHarabasz],
];

/** Of small whole numbers none is so large unless two centers are one, which rounding may hide: then there is no end to it either way. */
const endless = 1e6;

function expectSame(actual: number, expected: number): void {
  if (Math.max(actual, expected) > endless) expect(Math.min(actual, expected)).toBeGreaterThan(endless);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(expected)));
}

describe.each(criteria)('the laws of %s', (_, criterion) => {
  it('neither the order of the rows nor the numbers of the clusters matter', async () => {
    await fc.assert(
      fc.asyncProperty(clustering, async ({ rows, labels }) => {
        const value = await criterion(matrixOf(rows), Int32Array.from(labels));
        const renamed = Int32Array.from(labels, (label) => 100 - 7 * label).reverse();
        expectSame(await criterion(matrixOf([...rows].reverse()), renamed), value);
      }),
    );
  });

  it('neither does where zero is, nor how long a unit', async () => {
    await fc.assert(
      fc.asyncProperty(clustering, async ({ rows, labels }) => {
        const moved = matrixOf(rows.map((row) => row.map((value) => 8 * value + 64)));
        const straight = matrixOf(rows);
        const own = Int32Array.from(labels);
        const unscaled = (matrix: FeatureMatrix): QualityOptions => ({
          scaling: fitScaling(matrix, { scaling: 'none' }),
        });
        expectSame(
          await criterion(moved, own, unscaled(moved)),
          await criterion(straight, own, unscaled(straight)),
        );
      }),
    );
  });

  it('noise is as if it were not there', async () => {
    await fc.assert(
      fc.asyncProperty(clustering, fc.array(fc.nat(40), { maxLength: 10 }), async ({ rows, labels }, at) => {
        const straight = matrixOf(rows);
        const scaling = fitScaling(straight);
        const withNoise = [...rows];
        const noisy = [...labels];
        for (const i of at) {
          withNoise.splice(i, 0, new Array(rows[0]?.length ?? 1).fill(i - 20));
          noisy.splice(i, 0, -1);
        }
        expectSame(
          await criterion(matrixOf(withNoise), Int32Array.from(noisy), { scaling }),
          await criterion(straight, Int32Array.from(labels), { scaling }),
        );
      }),
    );
  });
});

describe('the ranges of the criteria', () => {
  it('hold for every clustering', async () => {
    await fc.assert(
      fc.asyncProperty(clustering, async ({ rows, labels }) => {
        const matrix = matrixOf(rows);
        const own = Int32Array.from(labels);
        const { mean, values, clusters } = await silhouette(matrix, own);
        for (const value of [mean, ...values, ...clusters.map((cluster) => cluster.mean)]) {
          expect(Math.abs(value)).toBeLessThanOrEqual(1);
        }
        expect(await daviesBouldin(matrix, own)).toBeGreaterThanOrEqual(0);
        expect(await calinskiHarabasz(matrix, own)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
