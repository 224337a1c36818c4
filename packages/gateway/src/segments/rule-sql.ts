import { compileFeatures, type FeatureScope, type SqlParameters } from '../features/feature-sql.ts';
import { definitionOf } from '../features/model-features.ts';
import { featuresOf } from './check-rule.ts';
import type { AttributeCondition, FeatureCondition, Rule } from './rule.ts';

const operators: Record<FeatureCondition['op'], string> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

const attributeColumns: Record<AttributeCondition['attribute'], string> = {
  brand: 'p.brand',
  country: "p.profile->>'country'",
  currency: 's.currency',
  language: "p.profile->>'language'",
  vipLevel: "p.profile->>'vipLevel'",
};

/** SELECT of the ids of the players for whom the rule holds. Every part is two-valued: NULL never leaks out of a condition. */
export function compileRule(
  rule: Rule,
  scope: FeatureScope & { now: Date },
  parameters: SqlParameters,
): string {
  const definitions = featuresOf(rule).flatMap((id) => definitionOf(id) ?? []);
  const { from, expressions } = compileFeatures(definitions, scope, parameters);

  const compile = (node: Rule): string => {
    if ('all' in node) return `(${node.all.map(compile).join(' AND ')})`;
    if ('any' in node) return `(${node.any.map(compile).join(' OR ')})`;
    if ('not' in node) return `(NOT ${compile(node.not)})`;
    if ('feature' in node) {
      const expression = expressions.get(node.feature);
      if (expression === undefined) throw new Error(`unchecked feature ${node.feature}`);
      return `coalesce(${expression} ${operators[node.op]} ${parameters.add(node.value)}::double precision, false)`;
    }
    if ('attribute' in node) {
      const isIn = `${attributeColumns[node.attribute]} = ANY(${parameters.add(node.values)}::text[])`;
      return `coalesce(${node.op === 'in' ? isIn : `NOT (${isIn})`}, false)`;
    }
    const inForce = `EXISTS (
      SELECT 1 FROM crmbet.restrictions r
      WHERE r.tenant_id = s.tenant_id AND r.player_id = s.player_id AND r.lifted_at IS NULL
        AND (r.ends_at IS NULL OR r.ends_at > ${parameters.add(scope.now.toISOString())}::timestamptz))`;
    return node.restricted ? inForce : `(NOT ${inForce})`;
  };

  return `SELECT s.tenant_id, s.player_id, p.external_id ${from} AND ${compile(rule)}`;
}
