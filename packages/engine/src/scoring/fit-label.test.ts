import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { applyModel } from '../models/apply.ts';
import { parseModel } from '../models/model.ts';
import { seededRandom } from '../random.ts';
import { normal } from '../testing/data.ts';
import { labelledPlayers } from '../testing/labelled-players.ts';
import reference from '../testing/references/label-reference.json' with { type: 'json' };
import { fitLabel } from './fit-label.ts';
import type { FitLabelOptions } from './label-options.ts';
import { predictLabel } from './predict-label.ts';

const players = labelledPlayers(reference.rows);
const inOrder = Float64Array.from({ length: reference.rows }, (_, i) => i);
/** The first 70 % train and the last 20 % validate, as in the reference. */
const asReference = {
  time: inOrder,
  calibration: 'none',
  split: { validation: 0.2, calibration: 0.1, stopping: 0 },
  permutations: 0,
} as const;
const small = labelledPlayers(2000);

describe('fitLabel beside scikit-learn', () => {
  it('has the same players', () => {
    expect(players.labels.reduce((sum, label) => sum + label, 0)).toBe(reference.positives);
  });

  it('boosts trees as good as HistGradientBoostingClassifier', async () => {
    const { model, validation } = await fitLabel(players.matrix, players.labels, {
      ...asReference,
      method: 'boosted-trees',
      trees: { maxTrees: 60 },
    });
    expect(model.algorithm === 'boosted-trees' && model.trees.length).toBe(60);
    expect(Math.abs(validation.auc - reference.trees.auc)).toBeLessThan(0.005);
    expect(Math.abs(validation.logLoss - reference.trees.logLoss)).toBeLessThan(0.005);
    expect(Math.abs(validation.brier - reference.trees.brier)).toBeLessThan(0.003);
  });

  it('finds the coefficients and errors of LogisticRegression', async () => {
    const { model, validation } = await fitLabel(players.matrix, players.labels, {
      ...asReference,
      method: 'logistic',
    });
    if (model.algorithm !== 'logistic') throw new Error('another model');
    const { logistic } = reference;
    model.coefficients.forEach((value, j) => {
      expect(value).toBeCloseTo(logistic.coefficients[j] ?? Number.NaN, 5);
    });
    model.standardErrors.forEach((value, j) => {
      expect(value).toBeCloseTo(logistic.standardErrors[j] ?? Number.NaN, 5);
    });
    expect(model.intercept).toBeCloseTo(logistic.intercept, 5);
    expect(model.interceptStandardError).toBeCloseTo(logistic.interceptStandardError, 5);
    expect(validation.auc).toBeCloseTo(logistic.auc, 5);
    expect(validation.aucStandardError).toBeCloseTo(logistic.aucStandardError, 6);
    expect(validation.logLoss).toBeCloseTo(logistic.logLoss, 6);
    expect(validation.brier).toBeCloseTo(logistic.brier, 6);
  });

  it('weighs rows and the penalty as it does', async () => {
    const { model } = await fitLabel(players.matrix, players.labels, {
      ...asReference,
      method: 'logistic',
      weights: Float64Array.from(players.labels, (label) => (label === 1 ? 3 : 1)),
      logistic: { l2: 100 },
    });
    if (model.algorithm !== 'logistic') throw new Error('another model');
    model.coefficients.forEach((value, j) => {
      expect(value).toBeCloseTo(reference.weighted.coefficients[j] ?? Number.NaN, 4);
    });
    expect(model.intercept).toBeCloseTo(reference.weighted.intercept, 4);
  });
});

describe.each<FitLabelOptions>([
  { method: 'boosted-trees', trees: { rowSample: 0.7, columnSample: 0.6 } },
  { method: 'logistic', calibration: 'isotonic' },
])('fitLabel with $method', (options) => {
  it('gives the same model for a seed, and another for another', async () => {
    const once = await fitLabel(small.matrix, small.labels, { ...options, seed: 5 });
    expect(await fitLabel(small.matrix, small.labels, { ...options, seed: 5 })).toEqual(once);
    const other = await fitLabel(small.matrix, small.labels, { ...options, seed: 6 });
    expect(other.model).not.toEqual({ ...once.model, seed: 6 });
  });

  it('survives JSON, and answers like any model', async () => {
    const { model } = await fitLabel(small.matrix, small.labels, { ...options, permutations: 0 });
    expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(() => parseModel({ ...model, lineage: 7 })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid' }),
    );
    const probability = await predictLabel(model, small.matrix);
    expect(await applyModel(model, small.matrix)).toEqual([
      { name: 'probability', kind: 'probability', values: probability },
    ]);
    expect(await predictLabel(model, small.matrix.select([...small.matrix.names].reverse()))).toEqual(
      probability,
    );
  });

  it('validates on exactly the rows that come last', async () => {
    const { model, validation } = await fitLabel(small.matrix, small.labels, {
      ...options,
      time: Float64Array.from({ length: 2000 }, (_, i) => -Math.floor(i / 3)),
    });
    // Times fall with the row number; three rows share one, and stay together.
    const rows = validation.sizes.validation.rows;
    expect(validation).toMatchObject({ split: 'time', from: -Math.floor((rows - 1) / 3) });
    expect(rows % 3).toBe(0);
    const last = FeatureMatrix.fromColumns(
      small.matrix.names,
      small.matrix.columns().map((column) => column.subarray(0, rows)),
    );
    const probabilities = await predictLabel(model, last);
    let loss = 0;
    let brier = 0;
    probabilities.forEach((probability, i) => {
      const label = small.labels[i] ?? 0;
      loss -= Math.log(label === 1 ? probability : 1 - probability) / rows;
      brier += (probability - label) ** 2 / rows;
    });
    expect(validation.logLoss).toBeCloseTo(loss, 10);
    expect(validation.brier).toBeCloseTo(brier, 10);
    const positives = small.labels.subarray(0, rows).reduce((sum, label) => sum + label, 0);
    expect(validation.sizes.validation.positives).toBe(positives);
    expect(Object.values(validation.sizes).reduce((sum, size) => sum + size.rows, 0)).toBe(2000);
  });

  it('has tables that add up', async () => {
    const { validation } = await fitLabel(small.matrix, small.labels, options);
    const { reliability, deciles, baseRate, sizes } = validation;
    expect(deciles.map(({ decile }) => decile)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const table of [reliability, deciles]) {
      expect(table.reduce((sum: number, { rows }) => sum + rows, 0)).toBe(sizes.validation.rows);
    }
    expect(deciles.at(-1)?.gain).toBeCloseTo(1, 12);
    expect(deciles[0]?.lift).toBeGreaterThan(1.5);
    const observed = reliability.reduce((sum, bin) => sum + bin.observed * bin.rows, 0);
    expect(observed / sizes.validation.rows).toBeCloseTo(baseRate, 12);
    expect(validation.logLoss).toBeLessThan(validation.baseLogLoss);
    expect(validation.calibrationError).toBeLessThan(0.08);
  });

  it('finds that noise is none of it', async () => {
    const { importance } = await fitLabel(small.matrix, small.labels, options);
    const of = (feature: string) => importance.find((one) => one.feature === feature);
    expect(of('a')?.permutation).toBeGreaterThan(0.1);
    expect(of('a')?.share).toBeGreaterThan(0.3);
    expect(Math.abs(of('noise_1')?.permutation ?? 1)).toBeLessThan(0.02);
    expect(importance.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('can be aborted, before and within', async () => {
    const aborted = expect.objectContaining({ code: 'engine_aborted' });
    await expect(
      fitLabel(small.matrix, small.labels, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toEqual(aborted);
    const control = new AbortController();
    const run = fitLabel(small.matrix, small.labels, {
      ...options,
      signal: control.signal,
      onProgress: ({ phase }) => phase === 'fit' && control.abort(),
    });
    await expect(run).rejects.toEqual(aborted);
  });
});

describe('the guard rails of fitLabel', () => {
  const fit = (changes: Partial<FitLabelOptions> = {}, labels: ArrayLike<number | boolean> = small.labels) =>
    fitLabel(small.matrix, labels, { method: 'logistic', permutations: 0, ...changes });

  /** NaN, in the first row, is null once it has been JSON. */
  const fromJson = (values: Uint8Array): ArrayLike<number> =>
    JSON.parse(JSON.stringify(Array.from(values, (value, i) => (i === 0 ? Number.NaN : value))));

  const few = (positives: number): Uint8Array =>
    Uint8Array.from({ length: 2000 }, (_, i) => (i % Math.floor(2000 / positives) === 0 ? 1 : 0));

  it.each<[string, string, () => Promise<unknown>]>([
    ['labels of other rows', 'engine_labels_mismatch', () => fit({}, [1, 0])],
    ['a label that is none', 'engine_labels_invalid', () => fit({}, new Float32Array(2000).fill(0.5))],
    ['a missing label', 'engine_labels_invalid', () => fit({}, new Float32Array(2000).fill(Number.NaN))],
    ['a label that JSON lost', 'engine_labels_invalid', () => fit({}, fromJson(small.labels))],
    [
      'a weight that JSON lost',
      'engine_option_invalid',
      () => fit({ weights: fromJson(new Uint8Array(2000).fill(1)) }),
    ],
    ['one class', 'engine_labels_one_class', () => fit({}, new Uint8Array(2000))],
    ['the other class', 'engine_labels_one_class', () => fit({}, new Array(2000).fill(true))],
    ['too few positives', 'engine_labels_too_few', () => fit({}, few(20))],
    ['a class that weighs nothing', 'engine_labels_too_few', () => fit({ weights: small.labels })],
    [
      'weights that come to one row',
      'engine_labels_too_few',
      () => fit({ weights: new Float64Array(2000).fill(1 / 2000) }),
    ],
    ['weights of other rows', 'engine_option_invalid', () => fit({ weights: [1] })],
    ['a negative weight', 'engine_option_invalid', () => fit({ weights: new Float64Array(2000).fill(-1) })],
    ['times of other rows', 'engine_option_invalid', () => fit({ time: [1] })],
    [
      'a time that is none',
      'engine_option_invalid',
      () => fit({ time: new Float64Array(2000).fill(Number.NaN) }),
    ],
    ['no validation', 'engine_option_invalid', () => fit({ split: { validation: 0 } })],
    [
      'nothing to train on',
      'engine_option_invalid',
      () => fit({ split: { validation: 0.6, calibration: 0.4 } }),
    ],
    ['nothing to calibrate on', 'engine_option_invalid', () => fit({ split: { calibration: 0 } })],
    ['a seed that is none', 'engine_option_invalid', () => fit({ seed: 0.5 })],
    ['no penalty', 'engine_option_invalid', () => fit({ logistic: { l2: 0 } })],
    [
      'a learning rate of 0',
      'engine_option_invalid',
      () => fit({ method: 'boosted-trees', trees: { learningRate: 0 } }),
    ],
    ['one leaf', 'engine_option_invalid', () => fit({ method: 'boosted-trees', trees: { maxLeaves: 1 } })],
    [
      'NaN leaves',
      'engine_option_invalid',
      () => fit({ method: 'boosted-trees', trees: { maxLeaves: Number.NaN } }),
    ],
    [
      'a transform of no column',
      'engine_feature_missing',
      () => fit({ logistic: { transform: { z: 'log1p' } } }),
    ],
  ])('refuse %s', async (_, code, run) => {
    await expect(run()).rejects.toMatchObject({ code });
  });

  it('say which part of a time split has too few', async () => {
    const labels = small.labels.map((label, i) => (i < 1600 ? label : 0));
    await expect(fit({ time: inOrder.subarray(0, 2000) }, labels)).rejects.toMatchObject({
      code: 'engine_labels_too_few',
      details: { part: 'validation', label: 1, rows: 0, least: 10 },
    });
  });

  it.each(['logistic', 'boosted-trees'] as const)(
    'name a leak, and a column that says nothing, with %s',
    async (method) => {
      const random = seededRandom(2);
      // High, or not known at all, where it happened.
      const told = Float32Array.from(small.labels, (label) =>
        label === 1 && random() < 0.3 ? Number.NaN : label * 5 + normal(random),
      );
      const missing = Float32Array.from(small.labels, (label) => (label === 1 ? Number.NaN : random()));
      const matrix = FeatureMatrix.fromColumns(
        [...small.matrix.names, 'closed_at', 'same', 'empty', 'told'],
        [
          ...small.matrix.columns(),
          missing,
          new Float32Array(2000).fill(3),
          new Float32Array(2000).fill(Number.NaN),
          told,
        ],
      );
      const { notices, importance } = await fitLabel(matrix, small.labels, { method, permutations: 1 });
      expect(notices.filter(({ code }) => code === 'constant_column')).toEqual([
        { code: 'constant_column', feature: 'same' },
        { code: 'constant_column', feature: 'empty' },
      ]);
      expect(notices.filter(({ code }) => code === 'leak_suspected')).toMatchObject([
        { feature: 'closed_at', auc: 1 },
        { feature: 'told' },
      ]);
      expect(importance.filter(({ feature }) => ['same', 'empty'].includes(feature))).toMatchObject([
        { share: 0, permutation: 0 },
        { share: 0, permutation: 0 },
      ]);
    },
  );

  it('say that equal times split nothing, that few rows are rough, and that chance is chance', async () => {
    const random = seededRandom(4);
    const { validation, notices } = await fit(
      { time: new Float64Array(2000).fill(7) },
      Uint8Array.from({ length: 2000 }, () => (random() < 0.08 ? 1 : 0)),
    );
    expect(validation).toMatchObject({ split: 'random', from: null });
    expect(notices.map(({ code }) => code)).toEqual(['times_equal', 'few_in_class', 'no_signal']);
    expect(validation.calibrationError).toBeLessThan(0.05);
  });

  it('keep coefficients finite where a line separates the classes', async () => {
    const labels = Uint8Array.from(small.matrix.column(0), (a) => (a > 500 ? 1 : 0));
    const { model, notices, validation } = await fit({ logistic: { l2: 1e-6 } }, labels);
    if (model.algorithm !== 'logistic') throw new Error('another model');
    expect(model.coefficients.every(Number.isFinite)).toBe(true);
    expect(notices.map(({ code }) => code)).toContain('classes_separated');
    expect(validation.auc).toBeGreaterThan(0.999);
  });

  it('fit the base rate where no column says anything', async () => {
    const matrix = FeatureMatrix.fromColumns(['same'], [new Float32Array(2000)]);
    for (const method of ['logistic', 'boosted-trees'] as const) {
      const { model, validation } = await fitLabel(matrix, small.labels, { method });
      expect(validation.auc).toBe(0.5);
      const [probability] = await predictLabel(model, matrix);
      expect(Math.abs((probability ?? 0) - validation.baseRate)).toBeLessThan(0.03);
    }
  });
});
