import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../../matrix.ts';
import { featureNames, samePartition } from '../../testing/data.ts';
import { plainDbscan, plainHdbscan } from '../../testing/density-reference.ts';
import { scaledRows } from '../../testing/reference.ts';
import { dbscan } from './dbscan.ts';
import { hdbscan } from './hdbscan.ts';

const value = fc.double({ min: -100, max: 100, noNaN: true });

/** Nothing so small that its square is none. */
function round(x: number): number {
  return Math.round(x * 1e5) / 1e5;
}

/** Rows of one to five features, some of them around a few of the others, so that there is something to find. */
const clumped = fc
  .record({
    width: fc.integer({ min: 1, max: 5 }),
    centers: fc.array(fc.array(value, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
    offsets: fc.array(
      fc.tuple(
        fc.nat(99),
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 5, maxLength: 5 }),
      ),
      { minLength: 8, maxLength: 50 },
    ),
  })
  .map(({ width, centers, offsets }) =>
    offsets.map(([which, offset]) =>
      offset.slice(0, width).map((x, j) => round(x + (centers[which % centers.length]?.[j] ?? 0))),
    ),
  );

/** Few values, so that rows repeat and distances tie. */
const lattice = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 8,
  maxLength: 50,
});

function matrixOf(rows: readonly (readonly number[])[]): FeatureMatrix {
  return FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 1), rows);
}

async function checkDbscan(
  rows: readonly (readonly number[])[],
  eps: number,
  minPoints: number,
): Promise<void> {
  const matrix = matrixOf(rows);
  const { model, labels, corePoints } = await dbscan(matrix, { eps, minPoints, scaling: 'none', threads: 0 });
  const plain = plainDbscan(scaledRows(matrix, model.scaling), eps, minPoints);
  expect(Array.from(corePoints, (core) => core === 1)).toEqual(plain.cores);
  const expected = plain.nearestCore.map((core) => (core < 0 ? -1 : (plain.components[core] ?? -1)));
  expect(samePartition(labels, Int32Array.from(expected))).toBe(true);
  expect(Array.from(labels, (label) => label < 0)).toEqual(expected.map((label) => label < 0));
}

describe('DBSCAN', () => {
  it('is what its definition says', async () => {
    await fc.assert(
      fc.asyncProperty(
        clumped,
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        checkDbscan,
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('is that where rows repeat', async () => {
    await fc.assert(
      fc.asyncProperty(
        lattice,
        fc.constantFrom(0.5, 1.1, 1.5, 2.3),
        fc.integer({ min: 1, max: 8 }),
        checkDbscan,
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
});

async function checkHdbscan(
  rows: readonly (readonly number[])[],
  minClusterSize: number,
  minSamples: number,
  method: 'eom' | 'leaf',
): Promise<void> {
  const matrix = matrixOf(rows);
  const options = { minClusterSize, minSamples, clusterSelectionMethod: method, scaling: 'none' } as const;
  const { model, labels, probabilities, outlierScores } = await hdbscan(matrix, { ...options, threads: 0 });
  const scaled = scaledRows(matrix, model.scaling);
  fc.pre(new Set(scaled.map(String)).size === rows.length);
  const plain = plainHdbscan(scaled, minClusterSize, minSamples, method);
  expect(samePartition(labels, Int32Array.from(plain.labels))).toBe(true);
  expect(Array.from(labels, (label) => label < 0)).toEqual(plain.labels.map((label) => label < 0));
  probabilities.forEach((p, i) => {
    expect(p).toBeCloseTo(plain.probabilities[i] ?? Number.NaN, 5);
  });
  outlierScores.forEach((score, i) => {
    expect(score).toBeCloseTo(plain.outlierScores[i] ?? Number.NaN, 5);
  });
}

/** Without rows that repeat, which have no finite density. */
function different(
  rows: fc.Arbitrary<readonly (readonly number[])[]>,
): fc.Arbitrary<readonly (readonly number[])[]> {
  return rows
    .map((all) => [...new Map(all.map((row) => [String(row), row])).values()])
    .filter((all) => all.length >= 8);
}

describe('HDBSCAN', () => {
  it.each([
    ['is what its definition says', different(clumped)],
    ['is that where distances tie', different(lattice)],
  ])('%s', async (_, rows) => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom('eom', 'leaf'),
        checkHdbscan,
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
