import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { parseModel } from '../models/model.ts';
import { seededRandom } from '../random.ts';
import { explainLabel } from './explain-label.ts';
import { fitLabel } from './fit-label.ts';
import { predictLabel } from './predict-label.ts';

const kinds = ['signal', 'noise', 'constant', 'empty', 'holes', 'huge', 'tiny', 'ties'] as const;

/** A small matrix of every unpleasant kind of column, with labels that some of them tell. */
const problem = fc.record({
  rows: fc.integer({ min: 400, max: 700 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  kinds: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
  method: fc.constantFrom('boosted-trees' as const, 'logistic' as const),
  calibration: fc.constantFrom('none' as const, 'platt' as const, 'isotonic' as const),
  rate: fc.constantFrom(0.03, 0.3, 0.5, 0.8),
  weighted: fc.boolean(),
  timed: fc.boolean(),
  trees: fc.record({
    maxTrees: fc.integer({ min: 1, max: 20 }),
    maxLeaves: fc.integer({ min: 2, max: 40 }),
    rowSample: fc.constantFrom(0.3, 1),
    columnSample: fc.constantFrom(0.3, 1),
    minChildWeight: fc.constantFrom(1e-6, 1, 50),
    l2: fc.constantFrom(0, 10),
  }),
});

function drawValue(kind: (typeof kinds)[number], label: number, random: () => number): number {
  switch (kind) {
    case 'signal':
      return label + 2 * random();
    case 'noise':
      return random();
    case 'constant':
      return -3;
    case 'empty':
      return Number.NaN;
    case 'holes':
      return random() < 0.5 ? Number.NaN : label * random();
    case 'huge':
      return (random() - 0.5) * 3e38;
    case 'tiny':
      return random() * 1e-40;
    case 'ties':
      return Math.floor(random() * 2) * label;
  }
}

describe('the laws of fitLabel', () => {
  it('gives numbers that are numbers, or a coded error, for any columns', async () => {
    let fitted = 0;
    await fc.assert(
      fc.asyncProperty(problem, async ({ rows, seed, kinds: columns, rate, weighted, timed, ...options }) => {
        const random = seededRandom(seed);
        const labels = Uint8Array.from({ length: rows }, () => (random() < rate ? 1 : 0));
        const matrix = FeatureMatrix.fromColumns(
          columns.map((kind, j) => `${kind}_${j}`),
          columns.map((kind) => Float32Array.from(labels, (label) => drawValue(kind, label, random))),
        );
        const fit = fitLabel(matrix, labels, {
          ...options,
          seed,
          permutations: 1,
          ...(weighted ? { weights: Array.from(labels, () => Math.floor(random() * 3)) } : {}),
          ...(timed ? { time: Array.from(labels, () => Math.floor(random() * 20)) } : {}),
        });
        const result = await fit.catch((error: unknown) => {
          expect(error).toBeInstanceOf(EngineError);
          return undefined;
        });
        if (!result) return;
        fitted++;
        const { model, validation, importance } = result;
        // JSON would write null for a number that is none.
        expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
        expect(JSON.parse(JSON.stringify({ validation, importance }))).toEqual({ validation, importance });
        for (const share of [
          validation.auc,
          validation.brier,
          validation.calibrationError,
          validation.baseRate,
        ]) {
          expect(share >= 0 && share <= 1).toBe(true);
        }
        const probabilities = await predictLabel(model, matrix);
        expect(probabilities.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
        const { base, logOdds, contributions } = explainLabel(model, matrix.row(0));
        const sum = contributions.reduce((total, one) => total + one.contribution, base);
        expect(Math.abs(sum - logOdds)).toBeLessThan(1e-5 * Math.max(1, Math.abs(logOdds)));
      }),
      { numRuns: 60 },
    );
    expect(fitted).toBeGreaterThan(20);
  });
});
