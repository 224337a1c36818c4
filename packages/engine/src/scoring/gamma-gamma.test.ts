import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { expectedValue, fitGammaGamma, predictValue } from './gamma-gamma.ts';
import { gammaGammaLikelihood } from './gamma-gamma-likelihood.ts';
import { parseGammaGammaModel } from './gamma-gamma-model.ts';

const bgNbd = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
const spend = { p: 6, q: 4, v: 16 };
const names = ['p', 'q', 'v'] as const;
const breathe = async () => {};

describe('parameters of simulated players', () => {
  it('are recovered within their standard errors', async () => {
    const { model, validation, passedOver } = await fitGammaGamma(
      simulatePlayers({ players: 20_000, seed: 7, bgNbd, spend }),
    );
    for (const name of names) {
      const z = (model.parameters[name] - spend[name]) / model.standardErrors[name];
      expect(Math.abs(z)).toBeLessThan(3);
      expect(model.standardErrors[name] / spend[name]).toBeLessThan(0.1);
    }
    expect(model.players + passedOver).toBe(20_000);
    expect(Math.abs(validation.correlation ?? 1)).toBeLessThan(0.05);
    const { calibration } = validation;
    expect(calibration.predicted / calibration.actual).toBeCloseTo(1, 2);
    expect(calibration.buckets[0]?.players).toBe(0);
  });

  it('lie in their 95 % intervals as often as that says', async () => {
    let inside = 0;
    const runs = 40;
    for (let seed = 1; seed <= runs; seed++) {
      const { model } = await fitGammaGamma(simulatePlayers({ players: 2000, seed, bgNbd, spend }));
      for (const name of names) {
        const error = model.standardErrors[name] / model.parameters[name];
        if (Math.abs(Math.log(model.parameters[name] / spend[name])) < 1.96 * error) inside += 1;
      }
    }
    expect(inside / (3 * runs)).toBeGreaterThan(0.87);
    expect(inside / (3 * runs)).toBeLessThan(1);
  });
});

describe('the likelihood', () => {
  it('has the derivatives that its differences say', async () => {
    const spending = {
      x: Float64Array.of(1, 3, 3, 20),
      total: Float64Array.of(10, 50, 90, 700),
      frequencies: new Map([
        [1, 1],
        [3, 2],
        [20, 1],
      ]),
      logMeans: 3,
    };
    const at = (parameters: readonly number[]) => gammaGammaLikelihood(spending, parameters, breathe);
    const parameter = fc.double({ min: 0.5, max: 20, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.tuple(parameter, parameter, parameter), async (parameters) => {
        const { gradient, hessian } = await at(parameters);
        for (let i = 0; i < 3; i++) {
          const step = 1e-5 * (parameters[i] ?? 0);
          const moved = (by: number) => at(parameters.map((value, j) => (i === j ? value + by : value)));
          const [up, down] = [await moved(step), await moved(-step)];
          expect((up.value - down.value) / (2 * step)).toBeCloseTo(gradient[i] ?? 0, 3);
          up.gradient.forEach((value, j) => {
            expect((value - (down.gradient[j] ?? 0)) / (2 * step)).toBeCloseTo(hessian[i]?.[j] ?? 0, 3);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an expected value', () => {
  const amount = fc.double({ min: 0.01, max: 1e4, noNaN: true });
  const shape = fc.double({ min: 1.1, max: 20, noNaN: true });

  it('lies between the player’s own average and everybody’s, and nears their own', () => {
    fc.assert(
      fc.property(shape, shape, amount, fc.integer({ min: 1, max: 1000 }), amount, (p, q, v, x, mean) => {
        const all = expectedValue({ p, q, v }, 0, Number.NaN);
        expect(all / ((p * v) / (q - 1))).toBeCloseTo(1, 9);
        const own = expectedValue({ p, q, v }, x, mean);
        expect(own).toBeGreaterThanOrEqual(Math.min(all, mean) * (1 - 1e-9));
        expect(own).toBeLessThanOrEqual(Math.max(all, mean) * (1 + 1e-9));
        const later = expectedValue({ p, q, v }, x + 1, mean);
        expect(Math.abs(later - mean)).toBeLessThanOrEqual(Math.abs(own - mean) + 1e-6 * mean);
      }),
    );
  });

  it('is missing where nothing says it', async () => {
    const { model } = await fitGammaGamma(simulatePlayers({ players: 500, seed: 2, bgNbd }));
    const matrix = FeatureMatrix.fromRows(
      ['monetary', 'frequency'],
      [
        [Number.NaN, 0],
        [Number.NaN, 3],
        [20, Number.NaN],
        [20, 2],
        [0, Number.NaN],
      ],
    );
    const values = await predictValue(model, matrix);
    expect(values[4]).toBeNaN();
    expect(values[0]).toBeCloseTo(expectedValue(model.parameters, 0, 0), 3);
    expect(values.subarray(1, 3)).toEqual(Float32Array.of(Number.NaN, Number.NaN));
    expect(values[3]).toBeCloseTo(expectedValue(model.parameters, 2, 20), 3);
    const heavy = { ...model, parameters: { ...model.parameters, q: 0.5 } };
    expect((await predictValue(heavy, matrix))[0]).toBeNaN();
  });
});

describe('a fit', () => {
  const matrix = simulatePlayers({ players: 500, seed: 3, bgNbd, spend });

  it('is plain data', async () => {
    const { model } = await fitGammaGamma(matrix, { holdout: { column: 'monetary' } });
    expect(parseGammaGammaModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(() => parseGammaGammaModel({ ...model, parameters: { p: 1, q: 2 } })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path: 'parameters/v' } }),
    );
  });

  it('is compared with a time after, where there is one', async () => {
    const { validation } = await fitGammaGamma(matrix, { holdout: { column: 'monetary' } });
    expect(validation.holdout).toEqual(validation.calibration);
    const empty = FeatureMatrix.fromColumns(
      [...matrix.names, 'none'],
      [...matrix.columns(), new Float32Array(matrix.rowCount)],
    );
    await expect(fitGammaGamma(empty, { holdout: { column: 'none' } })).rejects.toMatchObject({
      code: 'engine_option_invalid',
    });
  });

  it.each<[string, number[][], string]>([
    ['nobody bought', [[0, 0]], 'engine_fit_diverged'],
    [
      'everybody spends the same',
      [
        [3, 20],
        [2, 20],
        [4, 20],
      ],
      'engine_fit_diverged',
    ],
    ['a value is negative', [[1, -3]], 'engine_history_invalid'],
    ['a value is 0', [[1, 0]], 'engine_history_invalid'],
    ['a number is broken', [[1.5, 3]], 'engine_history_invalid'],
  ])('says so when %s', async (_, rows, code) => {
    const few = FeatureMatrix.fromRows(['frequency', 'monetary'], rows);
    await expect(fitGammaGamma(few)).rejects.toMatchObject({ code });
  });

  it('can be aborted', async () => {
    await expect(fitGammaGamma(matrix, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });
});
