import { evaluateFeature, type PlayerFacts } from '../features/evaluate-feature.ts';
import { definitionOf } from '../features/model-features.ts';
import type { AttributeCondition, FeatureCondition, Rule } from './rule.ts';

export type RuleFacts = PlayerFacts & {
  attributes: Record<AttributeCondition['attribute'], string | null>;
  /** A restriction is in force now. */
  restricted: boolean;
};

/** Whether the rule holds for one player, in memory. The reference that the SQL is tested against. */
export function evaluateRule(rule: Rule, facts: RuleFacts): boolean {
  if ('all' in rule) return rule.all.every((part) => evaluateRule(part, facts));
  if ('any' in rule) return rule.any.some((part) => evaluateRule(part, facts));
  if ('not' in rule) return !evaluateRule(rule.not, facts);
  if ('restricted' in rule) return rule.restricted === facts.restricted;
  if ('attribute' in rule) {
    const value = facts.attributes[rule.attribute];
    return value !== null && rule.values.includes(value) === (rule.op === 'in');
  }
  const definition = definitionOf(rule.feature);
  const value = definition === undefined ? null : evaluateFeature(definition.expression, facts);
  return value !== null && compare(value, rule.op, rule.value);
}

function compare(value: number, op: FeatureCondition['op'], limit: number): boolean {
  switch (op) {
    case 'eq':
      return value === limit;
    case 'ne':
      return value !== limit;
    case 'gt':
      return value > limit;
    case 'gte':
      return value >= limit;
    case 'lt':
      return value < limit;
    case 'lte':
      return value <= limit;
  }
}
