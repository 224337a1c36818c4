import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../testing/references/purchases.json' with { type: 'json' };
import { purchaseCountProbabilities } from './bg-nbd-counts.ts';
import { createExpectation, expectedOfNewPlayer, pAlive } from './bg-nbd-expectation.ts';

const parameter = fc.double({ min: -1.5, max: 1.5, noNaN: true }).map((exponent) => 10 ** exponent);
const parameters = fc.record({ r: parameter, alpha: parameter, a: parameter, b: parameter });
/** Players who are nearly all alike, too. */
const anyParameters = fc.record({
  r: fc.double({ min: -1.5, max: 4, noNaN: true }).map((exponent) => 10 ** exponent),
  alpha: parameter,
  a: fc.double({ min: -1.5, max: 3, noNaN: true }).map((exponent) => 10 ** exponent),
  b: parameter,
});
const purchases = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3000 }));
const length = fc.double({ min: 0, max: 1000, noNaN: true });
const duration = fc.double({ min: 0.01, max: 1000, noNaN: true });

describe('expected purchases', () => {
  it('are the integral over all rates and all probabilities to leave', () => {
    for (const [
      r = 0,
      alpha = 0,
      a = 0,
      b = 0,
      x = 0,
      T = 0,
      t = 0,
      expected = 0,
    ] of reference.expectations) {
      expect(createExpectation({ r, alpha, a, b })(x, T, t) / expected).toBeCloseTo(1, 10);
    }
  });

  it('grow with time, and never beyond what a player who does not leave would buy', () => {
    fc.assert(
      fc.property(anyParameters, purchases, length, duration, (of, x, T, t) => {
        const expected = createExpectation(of);
        const mean = (of.r + x) / (of.alpha + T);
        expect(expected(x, T, t)).toBeGreaterThan(0);
        expect(expected(x, T, t)).toBeLessThanOrEqual(mean * t * (1 + 1e-9));
        expect(expected(x, T, 2 * t)).toBeGreaterThanOrEqual(expected(x, T, t) * (1 - 1e-9));
        // So soon that nobody has bought twice, nor left.
        expect(expected(x, T, 1e-6 / mean) / 1e-6).toBeCloseTo(1, 3);
      }),
    );
  });

  it('are the same whichever unit time is counted in', () => {
    fc.assert(
      fc.property(anyParameters, purchases, length, duration, (of, x, T, t) => {
        const days = createExpectation(of)(x, T, t);
        const hours = createExpectation({ ...of, alpha: of.alpha * 24 })(x, T * 24, t * 24);
        expect(hours / days).toBeCloseTo(1, 9);
      }),
    );
  });

  it('of a new player are the mean of the probabilities of 0, 1, … purchases', () => {
    const of = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
    const probabilities = purchaseCountProbabilities(of, 20, 400);
    const mean = probabilities.reduce((sum, probability, x) => sum + probability * x, 0);
    expect(expectedOfNewPlayer(of, 20)).toBeCloseTo(mean, 8);
  });
});

describe('the probability of a number of purchases', () => {
  it('is that of the literature', () => {
    for (const [r = 0, alpha = 0, a = 0, b = 0, t = 0, x = 0, expected = 0] of reference.counts) {
      expect(purchaseCountProbabilities({ r, alpha, a, b }, t, x + 1)[x]).toBeCloseTo(expected, 13);
    }
  });

  it('sums to 1', () => {
    fc.assert(
      fc.property(parameters, duration, fc.integer({ min: 1, max: 30 }), (of, t, last) => {
        const probabilities = purchaseCountProbabilities(of, t, last);
        expect(probabilities).toHaveLength(last + 1);
        expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
        expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 10);
      }),
    );
  });
});

describe('the probability to be alive', () => {
  it('falls while nothing comes, from 1 for whom never came back', () => {
    fc.assert(
      fc.property(parameters, purchases, length, duration, (of, x, recency, gap) => {
        const soon = pAlive(of, x, recency, recency + gap);
        const later = pAlive(of, x, recency, recency + 2 * gap);
        expect(soon).toBeGreaterThanOrEqual(0);
        expect(soon).toBeLessThanOrEqual(1);
        expect(later).toBeLessThanOrEqual(soon);
        if (x === 0) expect(later).toBe(1);
      }),
    );
  });
});
