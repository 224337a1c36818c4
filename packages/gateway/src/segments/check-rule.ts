import { CrmbetError, type FieldError } from '../errors/crmbet-error.ts';
import { featureById } from '../features/catalogue.ts';
import type { Rule } from './rule.ts';

const maxDepth = 8;
const maxConditions = 100;

/** Refuses a rule that names unknown features or is too large to answer quickly. */
export function checkRule(rule: Rule): void {
  const errors: FieldError[] = [];
  let conditions = 0;
  const walk = (node: Rule, pointer: string, depth: number): void => {
    if (depth > maxDepth) {
      errors.push({ pointer, detail: `lies deeper than ${maxDepth} levels` });
      return;
    }
    if ('all' in node) walkAll(node.all, `${pointer}/all`, depth);
    else if ('any' in node) walkAll(node.any, `${pointer}/any`, depth);
    else if ('not' in node) walk(node.not, `${pointer}/not`, depth + 1);
    else {
      conditions += 1;
      if ('feature' in node && !featureById.has(node.feature)) {
        errors.push({
          pointer: `${pointer}/feature`,
          detail: 'is not a feature of the catalogue (see /v1/features)',
        });
      }
    }
  };
  const walkAll = (nodes: Rule[], pointer: string, depth: number): void => {
    for (const [index, node] of nodes.entries()) walk(node, `${pointer}/${index}`, depth + 1);
  };
  walk(rule, '/rule', 1);
  if (conditions > maxConditions)
    errors.push({ pointer: '/rule', detail: `has more than ${maxConditions} conditions` });
  if (errors.length > 0)
    throw new CrmbetError('rule_invalid', 'The rule cannot be used.', { errors: errors.slice(0, 20) });
}

/** The features that a rule reads, once each. */
export function featuresOf(rule: Rule): string[] {
  const ids = new Set<string>();
  const walk = (node: Rule): void => {
    if ('all' in node) node.all.forEach(walk);
    else if ('any' in node) node.any.forEach(walk);
    else if ('not' in node) walk(node.not);
    else if ('feature' in node) ids.add(node.feature);
  };
  walk(rule);
  return [...ids];
}
