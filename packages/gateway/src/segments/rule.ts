import { z } from '@hono/zod-openapi';

/**
 * The rule of a segment: a tree of conditions over features and attributes.
 *
 * A condition on a feature that is undefined for a player (an average of nothing) does not hold, and neither does its
 * negated operator; `not` around it does hold.
 */
const featureId = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .max(64);

const FeatureCondition = z
  .strictObject({
    feature: featureId.openapi({
      description: 'A feature id of /v1/features',
      example: 'deposits_amount_30d',
    }),
    op: z.enum(['eq', 'ne', 'gt', 'gte', 'lt', 'lte']),
    value: z.number(),
  })
  .openapi('FeatureCondition', { description: 'Money in minor units of the account currency' });

export const attributes = ['brand', 'country', 'currency', 'language', 'vipLevel'] as const;

const AttributeCondition = z
  .strictObject({
    attribute: z.enum(attributes),
    op: z.enum(['in', 'not_in']),
    values: z.array(z.string().max(128)).min(1).max(100),
  })
  .openapi('AttributeCondition');

const RestrictedCondition = z
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

export const Rule: z.ZodType<Rule> = z
  .lazy(() =>
    z.union([
      FeatureCondition,
      AttributeCondition,
      RestrictedCondition,
      z.strictObject({ all: z.array(Rule).min(1).max(50) }),
      z.strictObject({ any: z.array(Rule).min(1).max(50) }),
      z.strictObject({ not: Rule }),
    ]),
  )
  .openapi('Rule');
