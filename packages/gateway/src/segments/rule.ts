import { z } from '@hono/zod-openapi';
import { RuleFeatureId } from './feature-id.ts';

/**
 * The rule of a segment: a tree of conditions over features and attributes.
 *
 * A condition on a feature that is undefined for a player (an average of nothing) does not hold, and neither does its
 * negated operator; `not` around it does hold.
 */
export const FeatureCondition = z
  .strictObject({
    feature: RuleFeatureId,
    op: z.enum(['eq', 'ne', 'gt', 'gte', 'lt', 'lte']),
    value: z.number(),
  })
  .openapi('FeatureCondition', { description: 'Money in minor units of the account currency' });

export const attributes = ['brand', 'country', 'currency', 'language', 'vipLevel'] as const;

export const AttributeCondition = z
  .strictObject({
    attribute: z.enum(attributes),
    op: z.enum(['in', 'not_in']),
    values: z.array(z.string().max(128)).min(1).max(100),
  })
  .openapi('AttributeCondition');

export const RestrictedCondition = z
  .strictObject({ restricted: z.boolean() })
  .openapi('RestrictedCondition', { description: 'Whether any restriction is in force' });

export type FeatureCondition = z.infer<typeof FeatureCondition>;
export type AttributeCondition = z.infer<typeof AttributeCondition>;
export type RestrictedCondition = z.infer<typeof RestrictedCondition>;
export type Rule =
  | FeatureCondition
  | AttributeCondition
  | RestrictedCondition
  | { all: Rule[] }
  | { any: Rule[] }
  | { not: Rule };

/** The most nodes in one `all` or `any`. */
export const maxNodes = 50;

/**
 * The shape, as the contract shows it. A union tries every alternative of every node and keeps what was wrong with each, so what
 * comes from outside passes `checkRule` first, which takes one way through and stops early.
 */
export const Rule: z.ZodType<Rule> = z
  .lazy(() =>
    z.union([
      FeatureCondition,
      AttributeCondition,
      RestrictedCondition,
      z.strictObject({ all: z.array(Rule).min(1).max(maxNodes) }),
      z.strictObject({ any: z.array(Rule).min(1).max(maxNodes) }),
      z.strictObject({ not: Rule }),
    ]),
  )
  .openapi('Rule');
