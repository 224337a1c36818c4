import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { blobs } from '../testing/data.ts';
import { clusterRules } from './cluster-rules.ts';
import { holdOut } from './hold-out.ts';
import { significantDigits } from './readable-number.ts';
import { evaluateRule } from './rule.ts';

const noPause = async (): Promise<void> => {};

/** Whether any two groups leave a gap between their values of some feature, as wide as two standard deviations of a group. */
function areApart(matrix: FeatureMatrix, truth: Int32Array, groups: number): boolean {
  const ranges = Array.from({ length: groups }, (_, group) =>
    matrix.columns().map((column) => {
      const own = column.filter((__, row) => truth[row] === group);
      return { least: Math.min(...own), most: Math.max(...own) };
    }),
  );
  return ranges.every((a, i) =>
    ranges.slice(i + 1).every((b) =>
      a.some(({ least, most }, j) => {
        const other = b[j] ?? { least, most };
        return least - other.most > 2 || other.least - most > 2;
      }),
    ),
  );
}

describe('clusterRules', () => {
  it('tells groups apart that are well apart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          groups: fc.integer({ min: 2, max: 5 }),
          features: fc.integer({ min: 3, max: 5 }),
        }),
        async (options) => {
          const { matrix, truth } = blobs({ ...options, rows: 600, apart: 25 });
          fc.pre(areApart(matrix, truth, options.groups));
          const rules = await clusterRules(matrix, truth, {
            maxConditions: 4,
            maxRules: 3,
            seed: options.seed + 1e6,
          });
          expect(rules.map(({ cluster }) => cluster)).toEqual([...new Set(truth)]);
          for (const { any, fidelity } of rules) {
            expect(fidelity.f1).toBeGreaterThan(0.95);
            for (const { all } of any) {
              for (const { value } of all) expect(significantDigits(value)).toBeLessThanOrEqual(4);
            }
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  it('states what counting over the held-out rows gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          missing: fc.constantFrom(0, 0.2),
          maxConditions: fc.integer({ min: 1, max: 4 }),
          maxRules: fc.integer({ min: 1, max: 3 }),
        }),
        async ({ seed, missing, maxConditions, maxRules }) => {
          const { matrix, truth } = blobs({ rows: 400, features: 3, groups: 4, apart: 2, seed, missing });
          const labels = truth.map((label) => (label === 3 ? -1 : label));
          const rules = await clusterRules(matrix, labels, { seed, maxConditions, maxRules });
          const { learn, held } = await holdOut(labels, 0.3, seed, noPause);
          expect(new Set([...learn, ...held]).size).toBe(400);
          expect(rules.map(({ cluster }) => cluster)).toEqual([0, 1, 2]);
          for (const rule of rules) {
            expect(rule.any.length).toBeLessThanOrEqual(maxRules);
            const counts = { matched: 0, members: 0, hits: 0 };
            for (const row of held) {
              const holds = rule.any.some(({ all }) => {
                expect(all.length).toBeGreaterThan(0);
                expect(all.length).toBeLessThanOrEqual(maxConditions);
                return all.every(({ feature, op, value }) => {
                  const known = matrix.column(matrix.names.indexOf(feature))[row] ?? Number.NaN;
                  return op === 'gte' ? known >= Math.fround(value) : known < Math.fround(value);
                });
              });
              const isMember = labels[row] === rule.cluster;
              if (holds) counts.matched++;
              if (isMember) counts.members++;
              if (holds && isMember) counts.hits++;
            }
            const { matched, members, hits } = counts;
            expect(rule.fidelity.precision).toBe(matched > 0 ? hits / matched : 0);
            expect(rule.fidelity.recall).toBe(hits / members);
            expect(rule.fidelity.f1).toBe((2 * hits) / (matched + members));
            expect(rule.coverage).toBe(matched / held.length);
            expect(rule.baseline).toMatchObject({ precision: members / held.length, recall: 1 });
            expect(rule).toMatchObject({ heldOutRows: held.length, heldOutMembers: members });
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  it('finds the boxes that made the clusters, in round numbers', async () => {
    const random = seededRandom(6);
    const stake = Float32Array.from({ length: 4000 }, () => Math.floor(random() * 20_000));
    const days = Float32Array.from({ length: 4000 }, () => Math.floor(random() * 60));
    const matrix = FeatureMatrix.fromColumns(['stake', 'days'], [stake, days]);
    // Big spenders of late, and the small ones who are gone: two boxes make cluster 1.
    const labels = stake.map((value, i) => {
      const day = days[i] ?? 0;
      return (value >= 12_000 && day < 14) || (value < 3000 && day >= 30) ? 1 : 0;
    });
    const rules = await clusterRules(matrix, labels, { maxConditions: 2, maxRules: 2 });
    expect(rules[1]?.any.length).toBe(2);
    expect(rules[1]?.fidelity.f1).toBeGreaterThan(0.97);
    const conditions = rules[1]?.any.flatMap(({ all }) => all) ?? [];
    expect(conditions.filter(({ feature }) => feature === 'days')).toEqual(
      expect.arrayContaining([
        { feature: 'days', op: 'lt', value: 14 },
        { feature: 'days', op: 'gte', value: 30 },
      ]),
    );
    for (const { value } of conditions) expect(significantDigits(value)).toBeLessThanOrEqual(3);
  });

  it('is the same for a seed', async () => {
    const { matrix, truth } = blobs({ rows: 500, features: 4, groups: 4, apart: 2, seed: 9 });
    expect(await clusterRules(matrix, truth, { seed: 4 })).toEqual(
      await clusterRules(matrix, truth, { seed: 4 }),
    );
  });

  it('gives a cluster too small, or without any value, a rule that holds for nobody', async () => {
    const { matrix, truth } = blobs({ rows: 300, features: 2, groups: 1, seed: 9 });
    const labels = truth.map((_, i) => (i < 5 ? 1 : 0));
    const [big, small] = await clusterRules(matrix, labels);
    expect(big?.fidelity.f1).toBeGreaterThan(0.9);
    expect(small).toMatchObject({
      cluster: 1,
      any: [],
      coverage: 0,
      fidelity: { precision: 0, recall: 0, f1: 0 },
    });
    const empty = FeatureMatrix.fromColumns(['a'], [new Float32Array(300).fill(Number.NaN)]);
    expect(await clusterRules(empty, labels)).toMatchObject([{ any: [] }, { any: [] }]);
  });

  it('takes one cluster of equal rows, and none', async () => {
    const matrix = FeatureMatrix.fromColumns(['a'], [new Float32Array(50).fill(7)]);
    const [rule] = await clusterRules(matrix, new Int32Array(50));
    expect(rule).toMatchObject({
      any: [{ all: [{ feature: 'a', op: 'gte', value: 7 }] }],
      fidelity: { f1: 1 },
    });
    expect(await clusterRules(matrix, new Int32Array(50).fill(-1))).toEqual([]);
  });

  const { matrix } = blobs({ rows: 20, features: 2, groups: 1, seed: 1 });

  it.each<[string, string, ArrayLike<number>, Parameters<typeof clusterRules>[2]]>([
    ['labels of other rows', 'engine_labels_mismatch', [0], {}],
    ['a label below −1', 'engine_labels_invalid', new Int32Array(20).fill(-2), {}],
    ['half a label', 'engine_labels_invalid', new Float32Array(20).fill(0.5), {}],
    ['five conditions', 'engine_option_invalid', new Int32Array(20), { maxConditions: 5 }],
    ['no rule', 'engine_option_invalid', new Int32Array(20), { maxRules: 0 }],
    ['nothing held out', 'engine_option_invalid', new Int32Array(20), { heldOut: 0 }],
    ['no seed', 'engine_option_invalid', new Int32Array(20), { seed: Number.NaN }],
    ['an abort', 'engine_aborted', new Int32Array(20), { signal: AbortSignal.abort() }],
  ])('refuses %s', async (_, code, labels, options) => {
    await expect(clusterRules(matrix, labels, options)).rejects.toMatchObject({ code });
  });
});

describe('evaluateRule', () => {
  it('holds for no missing value, whichever the operator, and compares as float32', () => {
    const matrix = FeatureMatrix.fromRows(
      ['a', 'b'],
      [
        [0.7, 1],
        [Number.NaN, 1],
        [0.5, Number.NaN],
      ],
    );
    const rule = (op: 'gte' | 'lt') => ({ any: [{ all: [{ feature: 'a', op, value: 0.7 }] }] });
    expect([...evaluateRule(rule('gte'), matrix)]).toEqual([1, 0, 0]);
    expect([...evaluateRule(rule('lt'), matrix)]).toEqual([0, 0, 1]);
    const b = { all: [{ feature: 'b', op: 'gte' as const, value: 1 }] };
    expect([...evaluateRule({ any: [...rule('lt').any, b] }, matrix)]).toEqual([1, 1, 1]);
    expect([...evaluateRule({ any: [] }, matrix)]).toEqual([0, 0, 0]);
    expect(() => evaluateRule(rule('lt'), matrix.select(['b']))).toThrow(
      expect.objectContaining({ code: 'engine_feature_missing' }),
    );
  });
});
