import { describe, expect, it } from 'vitest';
import reference from '../testing/references/purchases.json' with { type: 'json' };
import { digamma, logGamma, trigamma } from './special-functions.ts';

describe('the gamma function’s logarithm and its derivatives', () => {
  it.each(reference.gamma)('at %d', (z = 0, value = 0, first = 0, second = 0) => {
    const close = (found: number, expected: number) =>
      expect(Math.abs(found - expected)).toBeLessThan(2e-14 * Math.max(1, Math.abs(expected)));
    close(logGamma(z), value);
    close(digamma(z), first);
    expect(trigamma(z) / second).toBeCloseTo(1, 13);
  });
});
