import { adjustedRandIndex, drift, driftBaseline, FeatureMatrix, type ModelOutput } from '@crmbet/engine';

/** How alike two versions answer, of one output; a measure that does not fit its kind is null. */
export type OutputComparison = {
  name: string;
  kind: ModelOutput['kind'];
  adjustedRandIndex: number | null;
  agreement: number | null;
  correlation: number | null;
  meanAbsoluteDifference: number | null;
  stabilityIndex: number | null;
};

/** Both columns are of the same players, in the same order. */
export async function compareOutputs(base: ModelOutput, other: ModelOutput): Promise<OutputComparison> {
  const nothing = {
    adjustedRandIndex: null,
    agreement: null,
    correlation: null,
    meanAbsoluteDifference: null,
  };
  const { values: a } = base;
  const { values: b } = other;
  const labels =
    a instanceof Int32Array && b instanceof Int32Array
      ? { adjustedRandIndex: await adjustedRandIndex(a, b), agreement: agreementOf(a, b) }
      : differenceOf(a, b);
  return {
    name: base.name,
    kind: base.kind,
    ...nothing,
    ...labels,
    stabilityIndex: await stabilityIndex(a, b),
  };
}

/** Population stability index of `b` against `a`. Clusters of two versions are numbered each in their own way: of labels there is none. */
async function stabilityIndex(a: ModelOutput['values'], b: ModelOutput['values']): Promise<number | null> {
  if (!(a instanceof Float32Array && b instanceof Float32Array) || a.length === 0) return null;
  const baseline = await driftBaseline(FeatureMatrix.fromColumns(['score'], [a]));
  const { features } = await drift(baseline, FeatureMatrix.fromColumns(['score'], [b]));
  return features[0]?.psi ?? null;
}

/** Share of the players that get the same label, when each label of `b` is read as the one of `a` that most of its players have. */
export function agreementOf(a: Int32Array, b: Int32Array): number | null {
  if (a.length === 0) return null;
  const counts = new Map<number, Map<number, number>>();
  b.forEach((label, i) => {
    const of = counts.get(label) ?? new Map<number, number>();
    counts.set(label, of);
    const match = a[i] ?? 0;
    of.set(match, (of.get(match) ?? 0) + 1);
  });
  let same = 0;
  for (const of of counts.values()) same += Math.max(...of.values());
  return same / a.length;
}

/** Pearson's correlation and the mean absolute difference, over the players that both have a number for. */
export function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>) {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  let apart = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? Number.NaN;
    const y = b[i] ?? Number.NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    // Welford: no sum of squares that would swallow the difference.
    n += 1;
    const dx = x - meanA;
    meanA += dx / n;
    squaresA += dx * (x - meanA);
    const dy = y - meanB;
    meanB += dy / n;
    squaresB += dy * (y - meanB);
    products += dx * (y - meanB);
    apart += Math.abs(x - y);
  }
  const spread = Math.sqrt(squaresA * squaresB);
  return {
    correlation: n > 1 && spread > 0 ? Math.min(1, Math.max(-1, products / spread)) : null,
    meanAbsoluteDifference: n > 0 ? apart / n : null,
  };
}
