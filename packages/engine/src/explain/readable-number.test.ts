import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableBetween, significantDigits } from './readable-number.ts';

describe('readableBetween', () => {
  it.each<[number, number, number | undefined]>([
    [0.31, 0.38, 0.35],
    [1234, 1999, 1600],
    [1, 10, 10],
    [1, 9.9, 5],
    [3, 4, 4],
    [-0.2, 7, 0],
    [-7, -0.2, -4],
    [0.9999, 1.0001, 1],
    [17_000, 17_300, 17_200],
    [1e-9, 3e-9, 2e-9],
    [5, 5, undefined],
    [Number.NaN, 5, undefined],
  ])('finds in (%d, %d] the number %d', (low, high, expected) => {
    expect(readableBetween(low, high)).toBe(expected);
  });

  it('stays within, and is never longer than its bounds', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        fc.pre(a < b);
        const found = readableBetween(a, b) ?? Number.NaN;
        expect(found > a && found <= b).toBe(true);
        expect(significantDigits(found)).toBeLessThanOrEqual(significantDigits(b));
      }),
    );
  });
});
