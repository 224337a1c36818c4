import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { fitBgNbd } from './bg-nbd.ts';
import { createExpectation, pAlive } from './bg-nbd-expectation.ts';
import { quadraticForm } from './cholesky.ts';
import { customerValue } from './customer-value.ts';
import { customerValueModel, parseCustomerValueModel } from './customer-value-model.ts';
import { expectedValue, fitGammaGamma } from './gamma-gamma.ts';

const bgNbd = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
const spend = { p: 6, q: 4, v: 16 };
const fit = async (seed: number, players = 1200) => {
  const matrix = simulatePlayers({ players, seed, bgNbd, spend });
  const { model: purchases } = await fitBgNbd(matrix, { horizon: 52, timeUnit: 'week' });
  const { model: value } = await fitGammaGamma(matrix);
  return { purchases, value };
};
const { purchases, value } = await fit(1);
const players = FeatureMatrix.fromRows(
  ['frequency', 'recency', 'T', 'monetary'],
  [
    [0, 0, 0, Number.NaN],
    [0, 0, 40, Number.NaN],
    [2, 30.43, 38.86, 22.35],
    [12, 20, 39, 80],
    [25, 38, 39, 30],
    [3, Number.NaN, 39, 30],
    [3, 10, 39, Number.NaN],
  ],
);

describe('the value of players', () => {
  it('is their purchases times the value of one, where nothing is discounted', async () => {
    const { values } = await customerValue(customerValueModel(purchases, value), players);
    const expected = createExpectation(purchases.parameters);
    for (let i = 0; i < 5; i++) {
      const [x = 0, recency = 0, T = 0, mean = 0] = players.row(i);
      const bought = pAlive(purchases.parameters, x, recency, T) * expected(x, T, 52);
      const product = bought * expectedValue(value.parameters, x, mean);
      expect((values[i] ?? 0) / product).toBeCloseTo(1, 6);
    }
    expect(values.subarray(5)).toEqual(Float32Array.of(Number.NaN, Number.NaN));
  });

  it.each([0.001, 0.05, 0.7])(
    'is the sum of what each moment brings, discounted by %d a week',
    async (rate) => {
      const model = customerValueModel(purchases, value, { discountRate: rate, horizon: 30 });
      const { values } = await customerValue(model, players, { standardErrors: false });
      const expected = createExpectation(purchases.parameters);
      const steps = 20_000;
      for (let i = 0; i < 5; i++) {
        const [x = 0, recency = 0, T = 0, mean = 0] = players.row(i);
        let sum = 0;
        let before = 0;
        for (let k = 1; k <= steps; k++) {
          const until = expected(x, T, (30 * k) / steps);
          sum += (until - before) * (1 + rate) ** ((-30 * (k - 0.5)) / steps);
          before = until;
        }
        sum *= pAlive(purchases.parameters, x, recency, T) * expectedValue(value.parameters, x, mean);
        expect((values[i] ?? 0) / sum).toBeCloseTo(1, 5);
      }
    },
  );

  it('has the standard error that fits to other players of the same kind show', async () => {
    const model = (of: Awaited<ReturnType<typeof fit>>) =>
      customerValueModel(of.purchases, of.value, { discountRate: 0.002 });
    const { standardErrors } = await customerValue(model({ purchases, value }), players);
    const samples: Float32Array[] = [];
    for (let seed = 100; seed < 150; seed++) {
      const options = { standardErrors: false };
      samples.push((await customerValue(model(await fit(seed)), players, options)).values);
    }
    for (let i = 0; i < 5; i++) {
      const found = samples.map((sample) => sample[i] ?? 0);
      const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
      const deviation = Math.sqrt(
        found.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (found.length - 1),
      );
      // 50 samples know their deviation to 10 %, and the error itself is that of one sample's estimate.
      expect((standardErrors[i] ?? 0) / deviation).toBeGreaterThan(0.65);
      expect((standardErrors[i] ?? 0) / deviation).toBeLessThan(1.5);
    }
    expect(standardErrors.subarray(5)).toEqual(Float32Array.of(Number.NaN, Number.NaN));
  });

  it('has the standard error that both covariances and its slopes by all parameters say', async () => {
    // An uncertain value of a purchase, which would else be lost beside the number of purchases.
    const vague = { ...value, covariance: value.covariance.map((row) => row.map((entry) => entry * 25)) };
    const model = customerValueModel(purchases, vague, { discountRate: 0.002 });
    const { standardErrors } = await customerValue(model, players);
    const slopesBy = async (move: (by: number) => typeof model, size: number) => {
      const [up, down] = await Promise.all(
        [1e-3, -1e-3].map((by) => customerValue(move(by), players, { standardErrors: false })),
      );
      return Array.from(up?.values ?? [], (v, i) => (v - (down?.values[i] ?? 0)) / (2e-3 * size));
    };
    const [a, b] = [purchases.parameters, value.parameters];
    const byPurchases = await Promise.all(
      (['r', 'alpha', 'a', 'b'] as const).map((name) =>
        slopesBy(
          (by) => ({
            ...model,
            purchases: { ...purchases, parameters: { ...a, [name]: a[name] * (1 + by) } },
          }),
          a[name],
        ),
      ),
    );
    const byWorth = await Promise.all(
      (['p', 'q', 'v'] as const).map((name) =>
        slopesBy(
          (by) => ({ ...model, value: { ...vague, parameters: { ...b, [name]: b[name] * (1 + by) } } }),
          b[name],
        ),
      ),
    );
    for (let i = 0; i < 5; i++) {
      const at = (slopes: readonly number[][]) => slopes.map((column) => column[i] ?? 0);
      const variance =
        quadraticForm(purchases.covariance, at(byPurchases)) + quadraticForm(vague.covariance, at(byWorth));
      expect((standardErrors[i] ?? 0) / Math.sqrt(variance)).toBeCloseTo(1, 2);
    }
  });

  it('is compared with what came, where that is known', async () => {
    const matrix = simulatePlayers({ players: 20_000, seed: 5, bgNbd, spend, holdout: 26 });
    // Purchases of the time after have the value that the player's own had, or everybody's.
    const [frequency, monetary, later] = ['frequency', 'monetary', 'later'].map((name) =>
      matrix.select([name]).column(0),
    );
    if (!frequency || !monetary || !later) throw new Error('The columns are there.');
    const all = (spend.p * spend.v) / (spend.q - 1);
    const actual = later.map((count, i) => count * (frequency[i] ? (monetary[i] ?? 0) : all));
    const withActual = FeatureMatrix.fromColumns([...matrix.names, 'actual'], [...matrix.columns(), actual]);
    const { holdout } = await customerValue(customerValueModel(purchases, value), withActual, {
      standardErrors: false,
      holdout: { column: 'actual', duration: 26 },
    });
    expect((holdout?.predicted ?? 0) / (holdout?.actual ?? 1)).toBeCloseTo(1, 0);
    expect(holdout?.players).toBe(20_000);
    expect(holdout?.correlation).toBeGreaterThan(0.5);
  });

  it('is plain data, reports progress, and can be aborted', async () => {
    const model = customerValueModel(purchases, value, { discountRate: 0.01 });
    expect(parseCustomerValueModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    for (const [path, change] of [
      ['discountRate', { discountRate: -1 }],
      ['features', { features: ['a'] }],
      ['horizon', { horizon: 0 }],
    ] as const) {
      expect(() => parseCustomerValueModel({ ...model, ...change })).toThrow(
        expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
      );
    }
    const seen: number[] = [];
    await customerValue(model, players, { onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([0, 7]);
    const late = new AbortController();
    const stopped = customerValue(model, players, {
      signal: late.signal,
      onProgress: ({ done, rows }) => done === rows && late.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
    const signal = AbortSignal.abort();
    await expect(customerValue(model, players, { signal })).rejects.toMatchObject({ code: 'engine_aborted' });
    expect(() => customerValueModel(purchases, value, { discountRate: -1 })).toThrow(
      expect.objectContaining({ code: 'engine_option_invalid' }),
    );
  });
});
