import { describe, expect, it } from 'vitest';
import { seededRandom, xoshiro128 } from './random.ts';

describe('xoshiro128', () => {
  it("gives the reference implementation's numbers", () => {
    const next = xoshiro128(1, 2, 3, 4);
    expect(Array.from({ length: 6 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
  });
});

describe('seededRandom', () => {
  it('repeats for a seed and differs between neighbours', () => {
    const take = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('spreads evenly over [0, 1)', () => {
    const random = seededRandom(1);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Six standard deviations of a binomial of 10,000 draws at 0.1.
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(180);
  });
});
