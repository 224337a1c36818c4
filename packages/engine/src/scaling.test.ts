import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from './matrix.ts';
import { fitScaling, scaleValue, unscaleValue } from './scaling.ts';

function matrixOf(...values: number[]): FeatureMatrix {
  return FeatureMatrix.fromColumns(['a'], [Float32Array.from(values)]);
}

describe('fitScaling', () => {
  it('gives mean 0 and standard deviation 1', () => {
    const scaling = fitScaling(matrixOf(2, 4, 4, 4, 5, 5, 7, 9));
    expect(scaling).toMatchObject({ center: [5], factor: [0.5], fill: [4.5] });
  });

  it('gives median 0 and interquartile range 1', () => {
    const scaling = fitScaling(matrixOf(1, 2, 3, 4, 1000), { scaling: 'robust' });
    expect(scaling).toMatchObject({ center: [3], factor: [0.5] });
  });

  it('falls back to the standard deviation where most values are equal', () => {
    const scaling = fitScaling(matrixOf(0, 0, 0, 0, 0, 0, 0, 10), { scaling: 'robust' });
    expect(scaling.center).toEqual([0]);
    expect(scaling.factor[0]).toBeCloseTo(1 / Math.sqrt(1.25 * 8.75), 6);
  });

  it('only centres with none', () => {
    expect(fitScaling(matrixOf(10, 20), { scaling: 'none' })).toMatchObject({ center: [15], factor: [1] });
  });

  it.each(['standard', 'robust', 'none'] as const)('scales a constant column to 0 with %s', (method) => {
    const scaling = fitScaling(matrixOf(7, 7, 7), { scaling: method });
    expect(scaling.factor).toEqual([0]);
    expect(scaleValue(scaling, 0, 7)).toBe(0);
    expect(unscaleValue(scaling, 0, 0)).toBe(7);
  });

  it('fills what is missing with the median, and a column of nothing with 0', () => {
    const scaling = fitScaling(matrixOf(1, Number.NaN, 2, 100), { scaling: 'none' });
    expect(scaling.fill).toEqual([2]);
    expect(scaleValue(scaling, 0, Number.NaN)).toBe(scaleValue(scaling, 0, 2));
    expect(fitScaling(matrixOf(Number.NaN, Number.NaN))).toMatchObject({
      fill: [0],
      center: [0],
      factor: [0],
    });
  });

  it('transforms the columns that are named', () => {
    const matrix = FeatureMatrix.fromRows(
      ['stake', 'days'],
      [
        [0, 1],
        [99, 3],
      ],
    );
    const scaling = fitScaling(matrix, { transform: { stake: 'log1p' }, scaling: 'none' });
    expect(scaling.transform).toEqual(['log1p', 'none']);
    expect(scaling.center[0]).toBeCloseTo(Math.log(100) / 2, 6);
    expect(() => fitScaling(matrix, { transform: { odds: 'log1p' } })).toThrow(
      expect.objectContaining({ code: 'engine_feature_missing' }),
    );
  });

  it('comes back from scaled space, negative amounts too', () => {
    const amounts = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
      minLength: 2,
      maxLength: 30,
    });
    const options = fc.record({
      scaling: fc.constantFrom('standard', 'robust', 'none'),
      transform: fc.constantFrom('none', 'log1p'),
    });
    fc.assert(
      fc.property(amounts, options, (values, chosen) => {
        fc.pre(new Set(values).size > 1);
        const scaling = fitScaling(matrixOf(...values), chosen);
        for (const value of values) {
          const back = unscaleValue(scaling, 0, scaleValue(scaling, 0, value));
          expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, ...values.map(Math.abs)));
        }
      }),
    );
  });
});
