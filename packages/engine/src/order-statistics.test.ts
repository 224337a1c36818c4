import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantiles } from './order-statistics.ts';

describe('quantiles', () => {
  it('finds what sorting finds, for any floats and any fraction', () => {
    const values = fc.float32Array({ minLength: 1, maxLength: 200, noDefaultInfinity: true });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (column, fraction) => {
        const sorted = column.filter((value) => !Number.isNaN(value)).sort();
        const position = fraction * (sorted.length - 1);
        const below = sorted[Math.floor(position)] ?? Number.NaN;
        const above = sorted[Math.ceil(position)] ?? Number.NaN;
        const weight = position - Math.floor(position);
        const expected = weight === 0 ? below : below + (above - below) * weight;
        // -0 and 0 are equal values in a different order of bits.
        expect((quantiles(column, [fraction])[0] ?? 0) + 0).toBe(expected + 0);
      }),
    );
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
    expect(median(new Float32Array([9, 9, 1, 2, 3, 9]).subarray(2, 5))).toBe(2);
  });
});
