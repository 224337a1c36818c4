import type { FeatureMatrix } from '../matrix.ts';

/** Does not hold where the feature is missing, whichever the operator. */
export interface RuleCondition {
  readonly feature: string;
  /** `gte`: at least; `lt`: less than. */
  readonly op: 'gte' | 'lt';
  /** In the feature's own units. */
  readonly value: number;
}

/** Holds where any of its parts does; a part holds where all of its conditions do. An empty list holds for nobody. */
export interface Rule {
  readonly any: readonly { readonly all: readonly RuleCondition[] }[];
}

/**
 * 1 for each row for which the rule holds. Thresholds are compared as float32, as values are: 0.7 is at least 0.7.
 * @throws EngineError `engine_feature_missing`
 */
export function evaluateRule(rule: Rule, matrix: FeatureMatrix): Uint8Array {
  const holds = new Uint8Array(matrix.rowCount);
  for (const { all } of rule.any) {
    const part = new Uint8Array(matrix.rowCount).fill(1);
    for (const { feature, op, value } of all) {
      const column = matrix.select([feature]).column(0);
      const threshold = Math.fround(value);
      for (let i = 0; i < part.length; i++) {
        const known = column[i] ?? Number.NaN;
        if (!(op === 'gte' ? known >= threshold : known < threshold)) part[i] = 0;
      }
    }
    for (let i = 0; i < part.length; i++) if (part[i] === 1) holds[i] = 1;
  }
  return holds;
}
