import type { z } from '@hono/zod-openapi';
import { CrmbetError, type FieldError } from '../errors/crmbet-error.ts';
import { fieldErrorsOf, maxFieldErrors } from '../errors/field-errors.ts';
import { modelOutputOf } from '../features/model-features.ts';
import { AttributeCondition, FeatureCondition, maxNodes, RestrictedCondition, type Rule } from './rule.ts';

const maxDepth = 8;
const maxConditions = 100;
/** Each is one more table that the rule is read from. */
const maxModels = 10;

/**
 * Takes a raw value for a rule, or refuses it with a pointer to each thing that is wrong, as `rule_invalid`. The work is bounded by what
 * a rule may hold and not by what was sent: it stops at the eighth level, the hundredth condition and the twentieth error.
 */
export function checkRule(raw: unknown): Rule {
  const walk = new Walk();
  const rule = walk.node(raw, '/rule', 1);
  if (rule !== undefined && modelsOf(rule).length > maxModels)
    walk.errors.push({ pointer: '/rule', detail: `reads more than ${maxModels} models` });
  if (rule === undefined || walk.errors.length > 0) {
    throw new CrmbetError('rule_invalid', 'The rule cannot be used.', {
      errors: walk.errors.slice(0, maxFieldErrors),
    });
  }
  return rule;
}

class Walk {
  readonly errors: FieldError[] = [];
  #conditions = 0;

  /** The key says which kind of node it is; undefined where something in it is wrong. */
  node(raw: unknown, pointer: string, depth: number): Rule | undefined {
    if (depth > maxDepth) return this.#wrong(pointer, `lies deeper than ${maxDepth} levels`);
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      return this.#wrong(pointer, 'must be a condition, or an object with one of all, any and not');
    }
    const value = new Map<string, unknown>(Object.entries(raw));
    if (value.has('all')) return this.#list(value, 'all', pointer, depth, (all) => ({ all }));
    if (value.has('any')) return this.#list(value, 'any', pointer, depth, (any) => ({ any }));
    if (value.has('not')) {
      this.#alone(value, 'not', pointer);
      const not = this.node(value.get('not'), `${pointer}/not`, depth + 1);
      return not && { not };
    }
    if (value.has('feature')) return this.#condition(FeatureCondition, raw, pointer);
    if (value.has('attribute')) return this.#condition(AttributeCondition, raw, pointer);
    if (value.has('restricted')) return this.#condition(RestrictedCondition, raw, pointer);
    return this.#wrong(pointer, 'must have one of all, any, not, feature, attribute and restricted');
  }

  #list(
    value: Map<string, unknown>,
    key: string,
    pointer: string,
    depth: number,
    make: (nodes: Rule[]) => Rule,
  ): Rule | undefined {
    this.#alone(value, key, pointer);
    const at = `${pointer}/${key}`;
    const raws: unknown = value.get(key);
    if (!Array.isArray(raws) || raws.length === 0 || raws.length > maxNodes) {
      return this.#wrong(at, `must be a list of 1 to ${maxNodes} nodes`);
    }
    const nodes: Rule[] = [];
    for (const [index, raw] of raws.entries()) {
      if (this.#isOver) return undefined;
      const node = this.node(raw, `${at}/${index}`, depth + 1);
      if (node !== undefined) nodes.push(node);
    }
    return make(nodes);
  }

  #condition<T extends Rule>(schema: z.ZodType<T>, raw: unknown, pointer: string): T | undefined {
    this.#conditions += 1;
    if (this.#conditions > maxConditions) {
      return this.#wrong('/rule', `has more than ${maxConditions} conditions`);
    }
    const result = schema.safeParse(raw);
    if (!result.success) this.errors.push(...fieldErrorsOf(result.error.issues, pointer));
    return result.data;
  }

  #alone(value: Map<string, unknown>, key: string, pointer: string): void {
    const other = [...value.keys()].find((name) => name !== key);
    if (other !== undefined) this.#wrong(pointer, `has "${other.slice(0, 64)}" beside "${key}"`);
  }

  get #isOver(): boolean {
    return this.errors.length >= maxFieldErrors || this.#conditions > maxConditions;
  }

  #wrong(pointer: string, detail: string): undefined {
    this.errors.push({ pointer, detail });
  }
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

/** The models that a rule reads, by their ids, once each. */
export const modelsOf = (rule: Rule): string[] => [
  ...new Set(featuresOf(rule).flatMap((id) => modelOutputOf(id)?.model ?? [])),
];
