import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { checkRule, featuresOf } from './check-rule.ts';
import type { Rule } from './rule.ts';

const leaf: Rule = { feature: 'deposits_amount_30d', op: 'gte', value: 1 };
const nested = (depth: number): Rule => (depth === 1 ? leaf : { not: nested(depth - 1) });

const refusalOf = (rule: Rule) => {
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

  it('names the features of a rule once each', () => {
    expect(
      featuresOf({
        any: [leaf, { not: leaf }, { restricted: true }, { attribute: 'brand', op: 'in', values: ['x'] }],
      }),
    ).toEqual(['deposits_amount_30d']);
  });
});
