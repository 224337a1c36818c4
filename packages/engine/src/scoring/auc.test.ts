import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from './auc.ts';
import { orderBy } from './slices.ts';

const noPause = async (): Promise<void> => {};

async function area(scores: readonly number[], labels: readonly number[], weights?: readonly number[]) {
  return areaUnderCurve(
    scores,
    Uint8Array.from(labels),
    weights ?? scores.map(() => 1),
    await orderBy(scores, noPause),
    noPause,
  );
}

const row = fc.record({
  score: fc.integer({ min: -4, max: 4 }),
  label: fc.constantFrom(0, 1),
  weight: fc.integer({ min: 0, max: 3 }),
});

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties half, by weight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
        let pairs = 0;
        let right = 0;
        for (const a of rows) {
          for (const b of rows) {
            if (a.label !== 1 || b.label !== 0) continue;
            pairs += a.weight * b.weight;
            right += a.weight * b.weight * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
          }
        }
        const { auc } = await area(
          rows.map(({ score }) => score),
          rows.map(({ label }) => label),
          rows.map(({ weight }) => weight),
        );
        expect(auc).toBeCloseTo(pairs > 0 ? right / pairs : 0.5, 12);
      }),
    );
  });

  it('has the error of DeLong’s definition', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 6, maxLength: 30 }), async (rows) => {
        const positives = rows.filter(({ label }) => label === 1).map(({ score }) => score);
        const negatives = rows.filter(({ label }) => label === 0).map(({ score }) => score);
        fc.pre(positives.length > 1 && negatives.length > 1);
        const win = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
        const mean = (values: readonly number[]): number =>
          values.reduce((sum, x) => sum + x, 0) / values.length;
        const variance = (values: readonly number[]): number =>
          values.reduce((sum, x) => sum + (x - mean(values)) ** 2, 0) / (values.length - 1);
        const ofPositives = positives.map((a) => mean(negatives.map((b) => win(a, b))));
        const ofNegatives = negatives.map((b) => mean(positives.map((a) => win(a, b))));
        const expected = Math.sqrt(
          variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length,
        );
        const { standardError } = await area(
          rows.map(({ score }) => score),
          rows.map(({ label }) => label),
        );
        expect(standardError).toBeCloseTo(expected, 10);
      }),
    );
  });
});

describe('orderBy', () => {
  it('sorts as a stable sort does, beyond the length of a run', async () => {
    const keys = Float64Array.from({ length: 50_001 }, (_, i) => (i * 7919) % 1000);
    const expected = Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    expect(Array.from(await orderBy(keys, noPause))).toEqual(expected);
  });
});
