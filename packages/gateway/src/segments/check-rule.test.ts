import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { checkRule, featuresOf, modelsOf } from './check-rule.ts';
import type { Rule } from './rule.ts';

const leaf: Rule = { feature: 'deposits_amount_30d', op: 'gte', value: 1 };
const nested = (depth: number): Rule => (depth === 1 ? leaf : { not: nested(depth - 1) });

const refusalOf = (rule: unknown) => {
  try {
    checkRule(rule);
    return undefined;
  } catch (error) {
    if (error instanceof CrmbetError) return { code: error.code, errors: error.errors };
    throw error;
  }
};

describe('checkRule', () => {
  it('takes rules up to 8 deep and 100 conditions, and no more', () => {
    expect(refusalOf(nested(8))).toBeUndefined();
    expect(refusalOf(nested(9))).toMatchObject({
      code: 'rule_invalid',
      errors: [{ pointer: `/rule${'/not'.repeat(8)}` }],
    });
    const wide = (count: number): Rule => ({
      any: Array.from({ length: Math.ceil(count / 50) }, (_, index) => ({
        all: Array.from({ length: Math.min(50, count - index * 50) }, () => leaf),
      })),
    });
    expect(refusalOf(wide(100))).toBeUndefined();
    expect(refusalOf(wide(101))).toMatchObject({ code: 'rule_invalid', errors: [{ pointer: '/rule' }] });
  });

  it('points at each feature that does not exist', () => {
    const rule: Rule = { all: [leaf, { not: { feature: 'luck_30d', op: 'gt', value: 1 } }] };
    expect(refusalOf(rule)).toMatchObject({
      code: 'rule_invalid',
      errors: [{ pointer: '/rule/all/1/not/feature' }],
    });
  });

  it('takes outputs of up to ten models, by the form of their ids alone', () => {
    const of = (n: number): Rule => ({
      feature: `model:0192f0c1-2d3e-7abc-8def-${String(n).padStart(12, '0')}:cluster`,
      op: 'eq',
      value: 1,
    });
    const models = (count: number): Rule => ({ any: Array.from({ length: count }, (_, n) => of(n % 11)) });
    expect(refusalOf(models(10))).toBeUndefined();
    expect(refusalOf({ all: [models(10), models(10)] })).toBeUndefined();
    expect(refusalOf(models(11))).toMatchObject({ code: 'rule_invalid', errors: [{ pointer: '/rule' }] });
    expect(modelsOf(models(10))).toHaveLength(10);
    for (const id of ['model:x:cluster', 'model:0192f0c1-2d3e-7abc-8def-000000000001:', 'model:', 'cluster'])
      expect(refusalOf({ feature: id, op: 'eq', value: 1 }), id).toMatchObject({
        errors: [{ pointer: '/rule/feature', detail: expect.stringContaining('is no feature') }],
      });
  });

  it.each([
    ['nothing', null, '/rule', /must be a condition/],
    ['no kind of node', { every: [leaf] }, '/rule', /must have one of/],
    ['a list where a node belongs', [leaf], '/rule', /must be a condition/],
    ['an empty list', { any: [] }, '/rule/any', /1 to 50/],
    ['51 nodes', { all: Array.from({ length: 51 }, () => leaf) }, '/rule/all', /1 to 50/],
    ['two kinds at once', { any: [leaf], not: leaf }, '/rule', /beside/],
    ['a condition with more', { all: [{ ...leaf, also: 1 }] }, '/rule/all/0', /also/],
    ['a wrong operator', { not: { ...leaf, op: 'like' } }, '/rule/not/op', /gte/],
    ['text for a number', { not: { ...leaf, value: '1' } }, '/rule/not/value', /number/],
    ['no attribute of ours', { attribute: 'height', op: 'in', values: ['x'] }, '/rule/attribute', /brand/],
  ])('refuses %s, and says where', (_, rule, pointer, detail) => {
    expect(refusalOf(rule)).toEqual({
      code: 'rule_invalid',
      errors: [{ pointer, detail: expect.stringMatching(detail) }],
    });
  });

  it('gives back what it took, and nothing else', () => {
    const rule = { all: [leaf, { any: [{ restricted: false }, { not: leaf }] }] };
    expect(checkRule(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
  });

  it('stops early, however much is wrong', () => {
    let read = 0;
    const counted = () =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            read += 1;
            return [];
          },
        },
      );
    const wide = (depth: number): unknown =>
      depth === 8 ? counted() : { any: Array.from({ length: depth < 6 ? 2 : 50 }, () => wide(depth + 1)) };
    expect(refusalOf(wide(1))?.errors).toHaveLength(20);
    expect(read).toBe(20);
  });

  it('names the features of a rule once each', () => {
    expect(
      featuresOf({
        any: [leaf, { not: leaf }, { restricted: true }, { attribute: 'brand', op: 'in', values: ['x'] }],
      }),
    ).toEqual(['deposits_amount_30d']);
  });
});
