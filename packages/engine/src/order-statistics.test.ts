import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countRanks,
  interpolate,
  median,
  quantiles,
  ranksInTurns,
  selectRank,
  sortRanks,
} from './order-statistics.ts';

describe('quantiles', () => {
  it('are the same by counting as by sorting, for any floats and any fraction', () => {
    const values = fc.float32Array({ maxLength: 200, noDefaultInfinity: true });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (column, fraction) => {
        const [counted = 0] = interpolate(countRanks(column), [fraction]);
        const [sorted = 0] = interpolate(sortRanks(column), [fraction]);
        // -0 and 0 are equal values.
        expect(counted + 0).toBe(sorted + 0);
      }),
    );
  });

  it('are the same sorted in turns', async () => {
    const values = fc.float32Array({ maxLength: 200, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(values, async (column) => {
        const [turns, sorted] = [await ranksInTurns(column, async () => {}), sortRanks(column)];
        expect(turns.known).toBe(sorted.known);
        for (let rank = 0; rank < sorted.known; rank++) {
          expect(turns.at(rank) + 0).toBe(sorted.at(rank) + 0);
        }
      }),
    );
  });

  it('are found by selection as by sorting', () => {
    const values = fc.float32Array({ minLength: 1, maxLength: 200, noNaN: true });
    fc.assert(
      fc.property(values, fc.nat(199), (column, at) => {
        const rank = at % column.length;
        const selected = column.slice();
        expect(selectRank(selected, rank) + 0).toBe((column.toSorted()[rank] ?? 0) + 0);
        expect(selected.toSorted()).toEqual(column.toSorted());
        expect(
          selected.every((value, i) =>
            i < rank ? value <= (selected[rank] ?? 0) : value >= (selected[rank] ?? 0),
          ),
        ).toBe(true);
      }),
    );
  });

  it('are found in a long column, which is counted', () => {
    const column = Float32Array.from({ length: 100_001 }, (_, i) => ((i * 7919) % 100_001) - 50_000);
    expect(quantiles(column, [0, 0.25, 0.5, 1])).toEqual([-50_000, -25_000, 0, 50_000]);
  });

  it('interpolates as NumPy does', () => {
    expect(quantiles(new Float32Array([4, 1, 3, 2]), [0, 0.25, 0.5, 0.75, 1])).toEqual([
      1, 1.75, 2.5, 3.25, 4,
    ]);
  });

  it('leaves missing values out, and has none when nothing is known', () => {
    expect(median(new Float32Array([Number.NaN, 5, Number.NaN, 1, 3]))).toBe(3);
    expect(median(new Float32Array([Number.NaN]))).toBeNaN();
    expect(median(new Float32Array(0))).toBeNaN();
  });

  it('reads a view into a larger buffer', () => {
    const view = new Float32Array([9, 9, 1, 2, 3, 9]).subarray(2, 5);
    expect(median(view)).toBe(2);
    expect(interpolate(countRanks(view), [0.5])).toEqual([2]);
  });
});
