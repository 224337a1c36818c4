import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { fitBgNbd, predictPurchases } from './bg-nbd.ts';
import { parseBgNbdModel } from './bg-nbd-model.ts';

const truth = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
const names = ['r', 'alpha', 'a', 'b'] as const;

describe('parameters of simulated players', () => {
  it('are recovered within their standard errors', async () => {
    const matrix = simulatePlayers({ players: 20_000, seed: 7, bgNbd: truth });
    const { model } = await fitBgNbd(matrix, { horizon: 26, timeUnit: 'week' });
    for (const name of names) {
      const z = (model.parameters[name] - truth[name]) / model.standardErrors[name];
      expect(Math.abs(z)).toBeLessThan(3);
      // Narrow enough that this says something.
      expect(model.standardErrors[name] / truth[name]).toBeLessThan(0.1);
    }
  });

  it('lie in their 95 % intervals as often as that says', async () => {
    let inside = 0;
    const runs = 40;
    for (let seed = 1; seed <= runs; seed++) {
      const matrix = simulatePlayers({ players: 1000, seed, bgNbd: truth });
      const { model } = await fitBgNbd(matrix, { horizon: 26 });
      for (const name of names) {
        // In logarithms, where the distribution of an estimate is nearest to a normal one.
        const error = model.standardErrors[name] / model.parameters[name];
        if (Math.abs(Math.log(model.parameters[name] / truth[name])) < 1.96 * error) inside += 1;
      }
    }
    // 160 intervals, in groups of four that go together: 95 % within three of its standard errors.
    expect(inside / (4 * runs)).toBeGreaterThan(0.88);
    expect(inside / (4 * runs)).toBeLessThan(1);
  });

  it('give the purchases of the time after', async () => {
    const matrix = simulatePlayers({ players: 20_000, seed: 12, bgNbd: truth, holdout: 26 });
    const { model, validation } = await fitBgNbd(matrix, {
      horizon: 26,
      holdout: { column: 'later', duration: 26 },
    });
    const { calibration, holdout } = validation;
    if (!holdout) throw new Error('A holdout was asked for.');
    expect(calibration.players).toBe(20_000);
    expect(calibration.expected / calibration.actual).toBeCloseTo(1, 1);
    for (const bucket of calibration.buckets) {
      const deviation = Math.sqrt(bucket.expected);
      expect(Math.abs(bucket.players - bucket.expected)).toBeLessThan(4 * deviation);
    }
    expect(holdout.predicted / holdout.actual).toBeCloseTo(1, 1);
    for (const bucket of holdout.buckets) expect(bucket.predicted / bucket.actual).toBeCloseTo(1, 0);
    expect(holdout.correlation).toBeGreaterThan(0.6);
    expect(holdout.meanAbsoluteError).toBeLessThan(holdout.rootMeanSquareError);
    const { expectedPurchases } = await predictPurchases(model, matrix);
    const mean = expectedPurchases.reduce((sum, value) => sum + value, 0) / matrix.rowCount;
    expect(mean).toBeCloseTo(holdout.predicted, 6);
  });
});

describe('a fit', () => {
  const matrix = simulatePlayers({ players: 500, seed: 3, bgNbd: truth });

  it('is the same in whichever unit, but for α', async () => {
    const { model: weeks } = await fitBgNbd(matrix, { horizon: 1 });
    const [frequency, recency, T] = [0, 1, 2].map((j) => matrix.column(j));
    if (!frequency || !recency || !T) throw new Error('There are three columns.');
    const inDays = FeatureMatrix.fromColumns(
      ['n', 'last', 'age'],
      [frequency, recency.map((t) => t * 8), T.map((t) => t * 8)],
    );
    const columns = { frequency: 'n', recency: 'last', T: 'age' };
    const { model: eighths } = await fitBgNbd(inDays, { horizon: 8, columns });
    expect(eighths.features).toEqual(['n', 'last', 'age']);
    expect(eighths.parameters.r).toBeCloseTo(weeks.parameters.r, 6);
    expect(eighths.parameters.alpha / 8).toBeCloseTo(weeks.parameters.alpha, 5);
    const now = await predictPurchases(weeks, matrix);
    const then = await predictPurchases(eighths, inDays);
    now.expectedPurchases.forEach((value, i) => {
      expect(then.expectedPurchases[i]).toBeCloseTo(value, 5);
    });
  });

  it('is plain data', async () => {
    const { model } = await fitBgNbd(matrix, { horizon: 26 });
    expect(parseBgNbdModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    for (const [path, change] of [
      ['features', { features: ['a', 'b'] }],
      ['timeUnit', { timeUnit: 'fortnight' }],
      ['horizon', { horizon: 0 }],
      ['parameters/a', { parameters: { ...model.parameters, a: -1 } }],
      ['standardErrors', { standardErrors: 1 }],
      ['covariance/3', { covariance: [...model.covariance.slice(0, 3), [1, 2]] }],
      ['covariance/0/1', { covariance: [[1, 2, 3, 4], ...model.covariance.slice(1)] }],
    ] as const) {
      expect(() => parseBgNbdModel({ ...model, ...change })).toThrow(
        expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
      );
    }
  });

  it('passes over rows without a value, and answers them with none', async () => {
    const rows = Array.from({ length: matrix.rowCount }, (_, i) => Array.from(matrix.row(i)));
    const gaps = FeatureMatrix.fromRows(matrix.names, [
      [0, 0, Number.NaN, 0, 0],
      ...rows,
      [Number.NaN, 1, 2, 0, 0],
    ]);
    const result = await fitBgNbd(gaps, { horizon: 26 });
    expect(result.missing).toBe(2);
    expect(result.model).toEqual((await fitBgNbd(matrix, { horizon: 26 })).model);
    const { pAlive, expectedPurchases } = await predictPurchases(result.model, gaps);
    expect([pAlive[0], expectedPurchases[501]]).toEqual([Number.NaN, Number.NaN]);
    expect(Number.isFinite(pAlive[1])).toBe(true);
  });

  it.each([
    ['nobody came back', [[0, 0, 3]]],
    ['there is nobody', []],
    [
      'everybody is the same',
      [
        [3, 2, 3],
        [3, 2, 3],
      ],
    ],
  ])('says so when %s', async (_, rows) => {
    const few = FeatureMatrix.fromRows(['frequency', 'recency', 'T'], rows);
    await expect(fitBgNbd(few, { horizon: 1 })).rejects.toMatchObject({ code: 'engine_fit_diverged' });
  });

  it('can be aborted, and names what it lacks', async () => {
    const signal = AbortSignal.abort();
    await expect(fitBgNbd(matrix, { horizon: 1, signal })).rejects.toMatchObject({ code: 'engine_aborted' });
    await expect(fitBgNbd(matrix, { horizon: 0 })).rejects.toMatchObject({ code: 'engine_option_invalid' });
    await expect(fitBgNbd(matrix, { horizon: 1, columns: { T: 'age' } })).rejects.toMatchObject({
      code: 'engine_feature_missing',
      details: { feature: 'age' },
    });
  });
});
