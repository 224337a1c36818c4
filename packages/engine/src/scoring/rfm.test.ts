import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitRfm, rfmScores } from './rfm.ts';
import { groupOf, levelOf, rfmGroups } from './rfm-groups.ts';
import { parseRfmModel } from './rfm-model.ts';

function players(count: number, seed: number): FeatureMatrix {
  const random = seededRandom(seed);
  const rows = Array.from({ length: count }, () => [
    Math.floor(random() * 90),
    Math.floor(1 / (random() + 0.01)),
    random() * 1000,
  ]);
  return FeatureMatrix.fromRows(['recency', 'frequency', 'monetary'], rows);
}

/** 1 to 10 on each axis: recency falls as the others grow. */
const ladder = FeatureMatrix.fromRows(
  ['recency', 'frequency', 'monetary'],
  Array.from({ length: 10 }, (_, i) => [10 - i, i + 1, 100 * (i + 1)]),
);

describe('RFM scores', () => {
  it('are quintiles, the latest and the largest the highest', async () => {
    const { model, validation } = await fitRfm(ladder);
    const scores = await rfmScores(model, ladder);
    expect([...scores.recency]).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(scores.frequency).toEqual(scores.recency);
    expect([...scores.code]).toEqual([111, 111, 222, 222, 333, 333, 444, 444, 555, 555]);
    expect([...scores.score]).toEqual([0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1]);
    expect(Array.from(scores.group, (group) => model.groups[group])).toEqual(
      ['lost', 'about_to_sleep', 'needs_attention', 'loyal', 'champions'].flatMap((code) => [code, code]),
    );
    expect(validation.recency).toEqual({ players: [2, 2, 2, 2, 2], missing: 0 });
    expect(validation.groups.find(({ group }) => group === 'champions')?.players).toBe(2);
  });

  it('have their own number of quantiles, weight and direction on each axis', async () => {
    const { model } = await fitRfm(ladder, {
      quantiles: { recency: 2, frequency: 10 },
      weights: { recency: 2, monetary: 0 },
      recencyBetter: 'higher',
    });
    expect(model.recency.cuts).toEqual([5.5]);
    expect(model.monetary.quantiles).toBe(5);
    const scores = await rfmScores(model, ladder);
    expect([...scores.recency]).toEqual([2, 2, 2, 2, 2, 1, 1, 1, 1, 1]);
    expect([...scores.frequency]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(scores.code[9]).toBe(11005);
    expect(scores.score[0]).toBeCloseTo(2 / 3, 6);
    expect(scores.score[9]).toBeCloseTo(1 / 3, 6);
  });

  it('of equal values are equal, and a value at a cut point belongs below it', async () => {
    const rows = [1, 1, 1, 1, 1, 1, 2, 3].map((value) => [value, value, value]);
    const matrix = FeatureMatrix.fromRows(['recency', 'frequency', 'monetary'], rows);
    const { model, validation } = await fitRfm(matrix, { quantiles: 4 });
    expect(model.frequency.cuts).toEqual([1, 1, 1.25]);
    const scores = await rfmScores(model, matrix);
    expect([...scores.frequency]).toEqual([1, 1, 1, 1, 1, 1, 4, 4]);
    expect([...scores.recency]).toEqual([4, 4, 4, 4, 4, 4, 1, 1]);
    expect(validation.frequency.players).toEqual([6, 0, 0, 2]);
  });

  it('of missing values are the lowest, and do not move the cut points', async () => {
    const { model } = await fitRfm(ladder);
    const gaps = FeatureMatrix.fromRows(ladder.names, [
      ...Array.from({ length: 10 }, (_, i) => [...ladder.row(i)]),
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
    const fitted = await fitRfm(gaps);
    expect(fitted.model).toEqual(model);
    expect(fitted.validation.recency.missing).toBe(1);
    expect((await rfmScores(model, gaps)).code[10]).toBe(111);
  });

  it('follow the order of the values, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 2, max: 12 }),
        async (count, seed, quantiles) => {
          const matrix = players(count, seed);
          const { model } = await fitRfm(matrix, { quantiles });
          const { recency, monetary, score, group } = await rfmScores(model, matrix);
          for (let i = 0; i < count; i++) {
            expect(monetary[i]).toBeGreaterThanOrEqual(1);
            expect(monetary[i]).toBeLessThanOrEqual(quantiles);
            expect(score[i]).toBeGreaterThanOrEqual(0);
            expect(score[i]).toBeLessThanOrEqual(1.000001);
            expect(model.groups[group[i] ?? -1]).toBeDefined();
            for (let j = 0; j < i; j++) {
              const [a, b] = [matrix.row(i), matrix.row(j)];
              const order = Math.sign((a[2] ?? 0) - (b[2] ?? 0));
              expect(order * ((monetary[i] ?? 0) - (monetary[j] ?? 0))).toBeGreaterThanOrEqual(0);
              const ages = Math.sign((a[0] ?? 0) - (b[0] ?? 0));
              expect(ages * ((recency[j] ?? 0) - (recency[i] ?? 0))).toBeGreaterThanOrEqual(0);
              if (a[2] === b[2]) expect(monetary[i]).toBe(monetary[j]);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('RFM groups', () => {
  it('are all reachable, one for every pair of levels', () => {
    const found = new Set<number>();
    for (let recency = 1; recency <= 5; recency++) {
      for (let value = 1; value <= 5; value++) found.add(groupOf(recency, value));
    }
    expect(found.size).toBe(rfmGroups.length);
  });

  it('take the ends of any scale for the ends of theirs', () => {
    for (let quantiles = 2; quantiles <= 20; quantiles++) {
      expect([levelOf(1, quantiles), levelOf(quantiles, quantiles)]).toEqual([1, 5]);
    }
  });
});

describe('a fitted RFM', () => {
  it('is plain data', async () => {
    const { model } = await fitRfm(players(50, 1), { quantiles: { monetary: 3 } });
    expect(parseRfmModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    for (const [path, change] of [
      ['features', { features: ['a', 'b', 'c'] }],
      ['recency/quantiles', { recency: { ...model.recency, quantiles: 1 } }],
      ['recency/cuts', { recency: { ...model.recency, cuts: [1] } }],
      ['monetary/cuts/1', { monetary: { ...model.monetary, cuts: [2, 1] } }],
      ['monetary/weight', { monetary: { ...model.monetary, weight: -1 } }],
      ['frequency/better', { frequency: { ...model.frequency, better: 'more' } }],
      ['groups/0', { groups: [...model.groups].reverse() }],
    ] as const) {
      expect(() => parseRfmModel({ ...model, ...change })).toThrow(
        expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
      );
    }
  });

  it.each([
    [{ quantiles: 1 }, 'engine_option_invalid'],
    [{ quantiles: { recency: 1000 } }, 'engine_option_invalid'],
    [{ weights: { recency: -1 } }, 'engine_option_invalid'],
    [{ weights: { recency: 0, frequency: 0, monetary: 0 } }, 'engine_option_invalid'],
    [{ columns: { recency: 'age' } }, 'engine_feature_missing'],
    [{ signal: AbortSignal.abort() }, 'engine_aborted'],
  ])('is refused with %j', async (options, code) => {
    await expect(fitRfm(ladder, options)).rejects.toMatchObject({ code });
  });

  it('is refused where a column has no value', async () => {
    const empty = FeatureMatrix.fromRows(ladder.names, [[1, Number.NaN, 2]]);
    await expect(fitRfm(empty)).rejects.toMatchObject({ code: 'engine_matrix_shape' });
  });
});
