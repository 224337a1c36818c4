import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { evaluateRule, type RuleCondition } from './rule.ts';
import { type SegmentRule, segmentRule } from './segment-rule.ts';

const names = ['a', 'b'];
const condition: fc.Arbitrary<RuleCondition> = fc.record({
  feature: fc.constantFrom(...names),
  op: fc.constantFrom('gte', 'lt'),
  value: fc.integer({ min: -3, max: 3 }),
});
const part = fc.array(condition, { minLength: 1, maxLength: 3 }).map((all) => ({ all }));
const rule = fc.array(part, { maxLength: 3 }).map((any) => ({ any }));

/** As the gateway reads a segment's rule: a condition on what is undefined does not hold. */
function holds(of: SegmentRule, row: Record<string, number>): boolean {
  if ('all' in of) return of.all.every((each) => holds(each, row));
  if ('any' in of) return of.any.some((each) => holds(each, row));
  const value = row[of.feature] ?? Number.NaN;
  return of.op === 'gte' ? value >= of.value : value < of.value;
}

describe('segmentRule', () => {
  it('holds for whom the cluster’s rule holds', () => {
    const cell = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(rule, fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), (given, rows) => {
        const matrix = FeatureMatrix.fromRows(names, rows);
        const theirs = segmentRule(given);
        const ours = [...evaluateRule(given, matrix)].map((hold) => hold === 1);
        expect(rows.map(([a, b]) => theirs !== null && holds(theirs, { a, b }))).toEqual(ours);
      }),
    );
  });

  it('has no more levels than it needs', () => {
    const [a, b]: RuleCondition[] = [
      { feature: 'a', op: 'gte', value: 1 },
      { feature: 'b', op: 'lt', value: 2 },
    ];
    if (a === undefined || b === undefined) throw new Error('two conditions');
    expect(segmentRule({ any: [] })).toBeNull();
    expect(segmentRule({ any: [{ all: [a] }] })).toEqual(a);
    expect(segmentRule({ any: [{ all: [a, b] }] })).toEqual({ all: [a, b] });
    expect(segmentRule({ any: [{ all: [a] }, { all: [a, b] }] })).toEqual({ any: [a, { all: [a, b] }] });
  });
});
