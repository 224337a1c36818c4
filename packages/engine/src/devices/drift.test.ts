import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drift } from './drift.ts';

describe('the drift of centroids', () => {
  it('adds to each how far it has moved, and the farthest of the others', () => {
    const places = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(places, { minLength: 1, maxLength: 6 }), (steps) => {
        const drift = new Drift(4, 1);
        const expected = new Array<number>(4).fill(0);
        steps.forEach((step, i) => {
          const moves = step.map((place, k) => Math.abs(place - ((i > 0 ? steps[i - 1] : step)?.[k] ?? 0)));
          moves.forEach((own, k) => {
            const others = Math.max(...moves.filter((_, other) => other !== k));
            expected[k] = (expected[k] ?? 0) + own + others;
          });
          drift.follow(Float32Array.from(step)).forEach((threshold, k) => {
            expect(threshold).toBeGreaterThanOrEqual(expected[k] ?? 0);
            expect(threshold).toBeLessThanOrEqual((expected[k] ?? 0) * (1 + 1e-6));
          });
        });
      }),
    );
  });

  it('is followed for more clusters than a call has arguments', () => {
    const drift = new Drift(300_000, 1);
    drift.follow(new Float32Array(300_000));
    expect(drift.follow(new Float32Array(300_000).fill(1, 0, 1)).slice(0, 3)).toEqual(
      Float32Array.of(1, 1, 1).map((value) => value * (1 + 2 ** -22)),
    );
  });
});
