import type { Rule, RuleCondition } from './rule.ts';

/** A rule in the gateway's language of segments: `POST /v1/segments` takes it. */
export type SegmentRule = RuleCondition | { readonly all: SegmentRule[] } | { readonly any: SegmentRule[] };

/**
 * A cluster's rule as a segment's: the same conditions, in as few levels as say the same. In both a condition on a missing
 * value does not hold. Null for a rule that holds for nobody, which no segment can say.
 */
export function segmentRule({ any }: Rule): SegmentRule | null {
  // A part without conditions would hold for everybody, which is no rule either.
  const parts = any.flatMap(({ all }) => one(all, (conditions) => ({ all: conditions })) ?? []);
  return one(parts, (rules) => ({ any: rules }));
}

function one<T extends SegmentRule>(
  rules: readonly T[],
  join: (rules: T[]) => SegmentRule,
): SegmentRule | null {
  const [only] = rules;
  if (only === undefined) return null;
  return rules.length === 1 ? only : join([...rules]);
}
