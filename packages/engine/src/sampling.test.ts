import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from './matrix.ts';
import { seededRandom } from './random.ts';
import { drawRows, sampleRows, takeRows } from './sampling.ts';

describe('a sample of rows', () => {
  it('has each row at most once, in order, and repeats for a seed', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(250), fc.integer(), (rowCount, size, seed) => {
        const rows = sampleRows(rowCount, size, seededRandom(seed));
        expect(rows).toHaveLength(Math.min(rowCount, size));
        rows.forEach((row, i) => {
          expect(row).toBeGreaterThan(i === 0 ? -1 : (rows[i - 1] ?? 0));
          expect(row).toBeLessThan(rowCount);
        });
        expect(sampleRows(rowCount, size, seededRandom(seed))).toEqual(rows);
      }),
    );
  });

  it('takes every row equally often', () => {
    const random = seededRandom(3);
    const taken = new Array<number>(10).fill(0);
    for (let run = 0; run < 10_000; run++) {
      for (const row of sampleRows(10, 3, random)) taken[row] = (taken[row] ?? 0) + 1;
    }
    // Five standard deviations of a binomial count.
    for (const count of taken) expect(Math.abs(count - 3000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.3 * 0.7));
  });

  it('drawn with replacement repeats rows', () => {
    const rows = drawRows(50, 50, seededRandom(1));
    expect(rows).toHaveLength(50);
    expect(new Set(rows).size).toBeLessThan(50);
    expect(rows.every((row) => row >= 0 && row < 50)).toBe(true);
  });

  it('keeps the order that it is given, and what is missing', () => {
    const matrix = FeatureMatrix.fromRows(
      ['a', 'b'],
      [
        [1, 2],
        [3, Number.NaN],
        [5, 6],
      ],
    );
    const taken = takeRows(matrix, Int32Array.of(2, 1, 1));
    expect(Array.from(taken.column(0))).toEqual([5, 3, 3]);
    expect(Array.from(taken.column(1))).toEqual([6, Number.NaN, Number.NaN]);
  });
});
