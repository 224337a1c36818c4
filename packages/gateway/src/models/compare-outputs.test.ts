import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf, compareOutputs, differenceOf } from './compare-outputs.ts';

const labels = (...values: number[]) => Int32Array.from(values);

describe('the agreement of two labellings', () => {
  it('is all where each cluster of the one lies in one of the other, whatever their numbers', () => {
    expect(agreementOf(labels(0, 0, 1, 1), labels(5, 5, 3, 3))).toBe(1);
    expect(agreementOf(labels(0, 0, 0, 0), labels(1, 2, 3, 4))).toBe(1);
    expect(agreementOf(labels(0, 1, 0, 1), labels(0, 0, 0, 0))).toBe(0.5);
    expect(agreementOf(labels(), labels())).toBeNull();
  });
});

describe('the difference of two scores', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it('is what a plain calculation says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 2, maxLength: 40 }), (pairs) => {
        const a = pairs.map(([x]) => x);
        const b = pairs.map(([, y]) => y);
        const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
        const spread = (of: number[]) => Math.sqrt(mean(of.map((value) => (value - mean(of)) ** 2)));
        const { correlation, meanAbsoluteDifference } = differenceOf(a, b);
        expect(meanAbsoluteDifference).toBeCloseTo(mean(a.map((x, i) => Math.abs(x - (b[i] ?? 0)))), 5);
        // Nearly constant columns are all rounding.
        if (spread(a) < 1 || spread(b) < 1) return;
        const products = a.map((x, i) => (x - mean(a)) * ((b[i] ?? 0) - mean(b)));
        expect(correlation).toBeCloseTo(mean(products) / (spread(a) * spread(b)), 6);
      }),
    );
  });

  it('is 1 of a score and any rising line of it, and −1 of a falling one', () => {
    const a = Float32Array.of(1, 5, 2, 9);
    expect(
      differenceOf(
        a,
        a.map((x) => 3 * x + 7),
      ).correlation,
    ).toBeCloseTo(1, 12);
    expect(
      differenceOf(
        a,
        a.map((x) => -x),
      ).correlation,
    ).toBeCloseTo(-1, 12);
  });

  it('leaves out who has no score in either, and says nothing of a constant', () => {
    expect(differenceOf([1, Number.NaN, 3], [2, 2, Number.NaN])).toEqual({
      correlation: null,
      meanAbsoluteDifference: 1,
    });
    expect(differenceOf([2, 2], [1, 3]).correlation).toBeNull();
    expect(differenceOf([], [])).toEqual({ correlation: null, meanAbsoluteDifference: null });
  });
});

describe('a comparison of outputs', () => {
  it('measures labels as labels and numbers as numbers', async () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => i);
    const score = { name: 'score', kind: 'score', values } as const;
    const moved = { ...score, values: values.map((value) => value + 50) };
    const compared = await compareOutputs(score, moved);
    expect(compared).toMatchObject({ name: 'score', adjustedRandIndex: null, meanAbsoluteDifference: 50 });
    expect(compared.correlation).toBeCloseTo(1, 12);
    expect(compared.stabilityIndex).toBeGreaterThan(0.25);
    const cluster = { name: 'cluster', kind: 'label', values: labels(0, 0, 1, 1) } as const;
    expect(await compareOutputs(cluster, cluster)).toMatchObject({
      adjustedRandIndex: 1,
      agreement: 1,
      correlation: null,
      stabilityIndex: null,
    });
  });
});
