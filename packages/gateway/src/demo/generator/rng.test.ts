import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from './rng.ts';

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.next());
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Rng', () => {
  it('gives the same for the same words, and something else for others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.nat(), (seed, a, b) => {
        expect(draw(new Rng(seed, a), 5)).toEqual(draw(new Rng(seed, a), 5));
        fc.pre(a !== b);
        expect(draw(new Rng(seed, a), 5)).not.toEqual(draw(new Rng(seed, b), 5));
        expect(draw(new Rng(a, b), 5)).not.toEqual(draw(new Rng(b, a), 5));
      }),
    );
  });

  it('stays in its ranges', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rng = new Rng(seed);
        for (let i = 0; i < 50; i++) {
          expect(rng.next()).toBeGreaterThanOrEqual(0);
          expect(rng.next()).toBeLessThan(1);
          expect([3, 4, 5]).toContain(rng.int(3, 5));
          expect(rng.weighted([0, 1, 0, 2])).not.toBe(0);
          expect(rng.poisson(2)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('has the moments that its names promise', () => {
    const rng = new Rng(5);
    const take = (sample: () => number) => Array.from({ length: 40_000 }, sample);
    const normals = take(() => rng.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(mean(take(() => rng.poisson(2.5)))).toBeCloseTo(2.5, 1);
    expect(mean(take(() => rng.exponential(3)))).toBeCloseTo(3, 0);
    const sorted = take(() => rng.logNormal(10, 0.8)).sort((a, b) => a - b);
    expect(sorted[20_000]).toBeGreaterThan(9.7);
    expect(sorted[20_000]).toBeLessThan(10.3);
    expect(mean(take(() => rng.weighted([1, 3])))).toBeCloseTo(0.75, 1);
  });
});
