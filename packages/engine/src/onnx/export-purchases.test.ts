import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { applyModel } from '../models/apply.ts';
import type { Model } from '../models/model.ts';
import { fitBgNbd } from '../scoring/bg-nbd.ts';
import { customerValueModel } from '../scoring/customer-value-model.ts';
import { fitGammaGamma } from '../scoring/gamma-gamma.ts';
import { fitRfm } from '../scoring/rfm.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { exportOnnx } from './export.ts';

const bgNbd = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
const players = simulatePlayers({ players: 250, seed: 4, bgNbd });
const { model: purchases } = await fitBgNbd(players, { horizon: 26, timeUnit: 'week' });
const { model: value } = await fitGammaGamma(players);

/** Many kinds of players: new, silent, busy for years, with missing values. */
const edges = FeatureMatrix.fromRows(players.names, [
  ...[0, 1, 2, 7, 100, 5000].flatMap((x) =>
    [0, 0.01, 3, 1000].flatMap((T) => [0, 0.5, 1].map((share) => [x, x === 0 ? 0 : share * T, T, 30, 0])),
  ),
  [3, Number.NaN, 40, 20, 0],
  [Number.NaN, 3, 40, 20, 0],
  [0, 0, Number.NaN, 20, 0],
  [3, 3, 40, Number.NaN, 0],
  [0, 0, 40, Number.NaN, 0],
]);

async function run(model: Model, matrix: FeatureMatrix): Promise<Map<string, ArrayLike<number | bigint>>> {
  const selected = matrix.select(model.features);
  const session = await ort.InferenceSession.create(exportOnnx(model), { executionProviders: ['wasm'] });
  try {
    const values = new Float32Array(selected.rowCount * selected.columnCount);
    for (let i = 0; i < selected.rowCount; i++) values.set(selected.row(i), i * selected.columnCount);
    const features = new ort.Tensor('float32', values, [selected.rowCount, selected.columnCount]);
    const found = new Map<string, ArrayLike<number | bigint>>();
    for (const [name, { data, dims }] of Object.entries(await session.run({ features }))) {
      expect(dims).toEqual([selected.rowCount]);
      if (!(data instanceof Float32Array || data instanceof BigInt64Array))
        throw new Error(`${name} is odd.`);
      found.set(name, data);
    }
    return found;
  } finally {
    await session.release();
  }
}

async function expectSame(model: Model, matrix: FeatureMatrix, without: readonly string[] = []) {
  const theirs = await run(model, matrix);
  const ours = (await applyModel(model, matrix)).filter(({ name }) => !without.includes(name));
  expect([...theirs.keys()].toSorted()).toEqual(ours.map(({ name }) => name).toSorted());
  for (const { name, values } of ours) {
    const far = Array.from(values, (mine, i) => ({
      name,
      i,
      mine,
      theirs: Number(theirs.get(name)?.[i]),
    })).filter(({ mine, theirs: other }) =>
      values instanceof Int32Array || Number.isNaN(mine)
        ? !Object.is(mine, other)
        : !(Math.abs(other - mine) <= 1e-6 * Math.abs(mine)),
    );
    expect(far).toEqual([]);
  }
}

describe('an exported purchase model in ONNX Runtime', () => {
  it.each([
    ['as fitted', {}],
    ['with purchases a minute apart', { parameters: { ...bgNbd, alpha: 0.001 }, horizon: 365 }],
    ['where hardly anybody leaves', { parameters: { ...bgNbd, a: 0.03, b: 40 } }],
    ['where all leave alike', { parameters: { ...bgNbd, a: 60, b: 150 } }],
    ['at the pole of its formula', { parameters: { ...bgNbd, a: 1, b: 0.1 } }],
  ])('gives what BG/NBD gives %s', async (_, change) => {
    await expectSame({ ...purchases, ...change }, players);
    await expectSame({ ...purchases, ...change }, edges);
  });

  it.each([
    ['as fitted', {}],
    ['without a mean', { parameters: { p: 6, q: 0.7, v: 16 } }],
  ])('gives what Gamma–Gamma gives %s', async (_, change) => {
    await expectSame({ ...value, ...change }, players);
    await expectSame({ ...value, ...change }, edges);
  });

  it.each([0, 0.002, 0.3])('gives the value of players, discounted by %d', async (discountRate) => {
    const model = customerValueModel(purchases, value, { horizon: 52, discountRate });
    await expectSame(model, players.select(model.features), ['customer_value_error']);
    await expectSame(model, edges, ['customer_value_error']);
  });

  it.each([
    {},
    { quantiles: { recency: 3, frequency: 10, monetary: 2 }, weights: { frequency: 3, monetary: 1 } },
    { quantiles: 120, recencyBetter: 'higher' },
  ] as const)('gives the RFM scores of %j', async (options) => {
    const { model } = await fitRfm(players, options);
    await expectSame(model, players);
    await expectSame(model, edges);
  });
});
