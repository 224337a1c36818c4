import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { bgNbdLikelihood } from './bg-nbd-likelihood.ts';
import { distinctHistories, purchaseColumns } from './purchase-history.ts';

const breathe = async () => {};
const matrix = simulatePlayers({
  players: 300,
  seed: 5,
  bgNbd: { r: 0.6, alpha: 5, a: 0.9, b: 2.4 },
  round: 1,
});
const histories = await distinctHistories(purchaseColumns(matrix), breathe);
const at = (parameters: readonly number[]) => bgNbdLikelihood(histories, parameters, breathe);

const parameter = fc.double({ min: 0.2, max: 8, noNaN: true });

describe('equal histories', () => {
  it('are counted, and nobody is lost', () => {
    expect(histories.size).toBeLessThan(matrix.rowCount);
    const players = histories.players.subarray(0, histories.size);
    expect(players.reduce((sum, count) => sum + count, 0)).toBe(matrix.rowCount);
    expect([...histories.frequencies.values()].reduce((sum, count) => sum + count, 0)).toBe(matrix.rowCount);
  });

  it('do not change the likelihood, nor do missing rows', async () => {
    const parameters = [0.5, 4, 0.7, 2];
    const rows = Array.from({ length: matrix.rowCount }, (_, i) => Array.from(matrix.row(i)));
    let sum = 0;
    for (const row of rows) {
      const one = FeatureMatrix.fromRows(matrix.names, [row, [1, Number.NaN, 2, 3, 4]]);
      const alone = await distinctHistories(purchaseColumns(one), breathe);
      expect(alone.missing).toBe(1);
      sum += (await bgNbdLikelihood(alone, parameters, breathe)).value;
    }
    expect((await at(parameters)).value).toBeCloseTo(sum, 8);
  });

  it.each([
    ['a broken frequency', [0.5, 0, 1]],
    ['a negative frequency', [-1, 0, 1]],
    ['a recency beyond T', [1, 3, 2]],
    ['a negative recency', [1, -1, 2]],
  ])('are refused with %s', async (_, row) => {
    const columns = purchaseColumns(FeatureMatrix.fromRows(['x', 't', 'T'], [[1, 1, 1], row]));
    await expect(distinctHistories(columns, breathe)).rejects.toMatchObject({
      code: 'engine_history_invalid',
      details: { row: 1 },
    });
  });
});

describe('the likelihood', () => {
  it('has the derivatives that its differences say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(parameter, parameter, parameter, parameter), async (parameters) => {
        const { gradient, hessian } = await at(parameters);
        for (let i = 0; i < 4; i++) {
          const step = 1e-5 * (parameters[i] ?? 0);
          const moved = (by: number) => at(parameters.map((value, j) => (i === j ? value + by : value)));
          const [up, down] = [await moved(step), await moved(-step)];
          expect(((up.value - down.value) / (2 * step) - (gradient[i] ?? 0)) / 300).toBeCloseTo(0, 5);
          up.gradient.forEach((value, j) => {
            const slope = (value - (down.gradient[j] ?? 0)) / (2 * step);
            expect((slope - (hessian[i]?.[j] ?? 0)) / 300).toBeCloseTo(0, 4);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});
