import { describe, expect, it } from 'vitest';
import { labelledPlayers } from '../testing/labelled-players.ts';
import { explainLabel } from './explain-label.ts';
import { fitLabel } from './fit-label.ts';
import { predictLabel } from './predict-label.ts';

const { matrix, labels } = labelledPlayers(2000);

describe.each(['boosted-trees', 'logistic'] as const)('explainLabel of %s', async (method) => {
  const { model } = await fitLabel(matrix, labels, { method, permutations: 0 });
  const probabilities = await predictLabel(model, matrix);

  it('adds up to the log-odds, and has the probability of predictLabel', () => {
    for (let i = 0; i < 50; i++) {
      const { probability, base, logOdds, contributions } = explainLabel(model, matrix.row(i));
      expect(probability).toBe(probabilities[i]);
      expect(contributions.reduce((sum, one) => sum + one.contribution, base)).toBeCloseTo(logOdds, 6);
      expect(contributions.map(({ feature }) => feature).sort()).toEqual([...matrix.names].sort());
      const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });

  it('says what raises and what lowers', () => {
    const of = (row: readonly number[], feature: string): number =>
      explainLabel(model, row).contributions.find((one) => one.feature === feature)?.contribution ?? 0;
    expect(of([990, 300, 500, 200, 500, 500], 'a')).toBeGreaterThan(0.5);
    expect(of([10, 300, 500, 200, 500, 500], 'a')).toBeLessThan(-0.5);
    const { contributions } = explainLabel(model, [500, 300, Number.NaN, 200, 500, 500]);
    expect(contributions.find(({ feature }) => feature === 'c')?.value).toBeNull();
  });

  it('refuses a row of another width', () => {
    expect(() => explainLabel(model, [1, 2])).toThrow(
      expect.objectContaining({ code: 'engine_matrix_shape' }),
    );
  });
});
