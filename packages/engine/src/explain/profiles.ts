import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { wholeOption } from '../options.ts';
import { median } from '../order-statistics.ts';

export interface FeatureProfile {
  readonly feature: string;
  /** Over the cluster's known values, in the feature's units; null when none is known. */
  readonly mean: number | null;
  readonly median: number | null;
  /** Over all rows' known values. */
  readonly overallMean: number | null;
  readonly overallMedian: number | null;
  /** Share of the cluster's rows whose value is missing, 0 to 1. */
  readonly missing: number;
  /** Cohen's d of the cluster against all other rows, within ±10; 0 where there is nothing to compare. */
  readonly effect: number;
}

export interface ClusterTrait {
  readonly feature: string;
  readonly direction: 'high' | 'low';
  /** Cohen's words for |d|: from 0.5 `medium`, from 0.8 `large`. */
  readonly strength: 'medium' | 'large';
  readonly effect: number;
  /** A message key, `cluster.trait.<direction>.<strength>`: the words are the caller's. */
  readonly key: `cluster.trait.${'high' | 'low'}.${'medium' | 'large'}`;
}

export interface ClusterProfile {
  readonly cluster: number;
  readonly size: number;
  /** Of all rows that have a cluster, 0 to 1. */
  readonly share: number;
  readonly features: readonly FeatureProfile[];
  /** What sets the cluster apart, the largest effect first. */
  readonly traits: readonly ClusterTrait[];
}

export interface ProfileOptions {
  /** Most traits a cluster. Default 5. */
  readonly traits?: number | undefined;
}

/** A cluster whose values do not vary at all would be infinitely far off; JSON has no infinity. */
const largestEffect = 10;
/** Every one has its profile, rows or none. */
const mostClusters = 65_536;

const mediumEffect = 0.5;
const largeEffect = 0.8;

/**
 * What each cluster looks like and what sets it apart. The effect is Cohen's d: the difference of the means of the
 * cluster and of all other rows over their pooled standard deviation (Cohen, "Statistical Power Analysis for the
 * Behavioral Sciences", 1988, ch. 2, whose 0.5 and 0.8 are `medium` and `large`). Missing values count in nothing.
 * @param labels a cluster for each row, 0 to k − 1; −1 leaves a row out
 * @param k at most 65,536
 * @throws EngineError `engine_labels_mismatch`, `engine_k_invalid`, `engine_k_too_large`, `engine_option_invalid`
 */
export function clusterProfiles(
  matrix: FeatureMatrix,
  labels: Int32Array,
  k: number,
  options: ProfileOptions = {},
): ClusterProfile[] {
  const most = wholeOption('traits', options.traits ?? 5, 0);
  const members = groupRows(matrix, labels, k);
  const labelled = members.reduce((sum, rows) => sum + rows.length, 0);
  const features = matrix.columns().map((column, j) => profileColumn(matrix.names[j] ?? '', column, members));
  return members.map((rows, cluster) => {
    const own = features.flatMap((clusters) => clusters[cluster] ?? []);
    return {
      cluster,
      size: rows.length,
      share: labelled > 0 ? rows.length / labelled : 0,
      features: own,
      traits: traitsOf(own, most),
    };
  });
}

function groupRows(matrix: FeatureMatrix, labels: Int32Array, k: number): Int32Array[] {
  if (!Number.isInteger(k) || k < 1) {
    throw new EngineError('engine_k_invalid', `k must be a whole number of at least 1, not ${k}.`);
  }
  if (k > mostClusters) {
    throw new EngineError(
      'engine_k_too_large',
      `${k} clusters were named; ${mostClusters} can be profiled.`,
      {
        details: { k, most: mostClusters },
      },
    );
  }
  if (labels.length !== matrix.rowCount) {
    throw new EngineError('engine_labels_mismatch', `${labels.length} labels for ${matrix.rowCount} rows.`);
  }
  const sizes = new Array<number>(k).fill(0);
  labels.forEach((label, row) => {
    if (label < -1 || label >= k) {
      throw new EngineError(
        'engine_labels_mismatch',
        `Row ${row} has label ${label}; there are ${k} clusters.`,
        {
          details: { row, label },
        },
      );
    }
    if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  });
  const members = sizes.map((size) => new Int32Array(size));
  const filled = new Array<number>(k).fill(0);
  labels.forEach((label, row) => {
    const rows = members[label];
    if (!rows) return;
    const at = filled[label] ?? 0;
    rows[at] = row;
    filled[label] = at + 1;
  });
  return members;
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly deviations: number;
}

const none: Moments = { count: 0, mean: 0, deviations: 0 };

function profileColumn(
  feature: string,
  column: Float32Array,
  members: readonly Int32Array[],
): FeatureProfile[] {
  const known = members.map((rows) => gatherKnown(column, rows));
  const moments = known.map(momentsOf);
  const all = moments.reduce(merge, none);
  const others = othersOf(moments);
  const overallMedian = finite(median(concatenate(known)));
  return members.map((rows, cluster) => {
    const values = known[cluster] ?? new Float32Array(0);
    const own = moments[cluster] ?? all;
    return {
      feature,
      mean: own.count > 0 ? own.mean : null,
      median: finite(median(values)),
      overallMean: all.count > 0 ? all.mean : null,
      overallMedian,
      missing: rows.length > 0 ? 1 - values.length / rows.length : 0,
      effect: cohensD(own, others[cluster] ?? none),
    };
  });
}

/** Of all but each one: those before it with those after it, so that many clusters take no longer than their number. */
function othersOf(moments: readonly Moments[]): Moments[] {
  const others: Moments[] = [];
  let before = none;
  for (const own of moments) {
    others.push(before);
    before = merge(before, own);
  }
  let after = none;
  for (let i = moments.length - 1; i >= 0; i--) {
    others[i] = merge(others[i] ?? none, after);
    after = merge(moments[i] ?? none, after);
  }
  return others;
}

function gatherKnown(column: Float32Array, rows: Int32Array): Float32Array {
  const values = new Float32Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = column[row] ?? Number.NaN;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function momentsOf(values: Float32Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = values.length > 0 ? sum / values.length : 0;
  let deviations = 0;
  for (const value of values) deviations += (value - mean) * (value - mean);
  return { count: values.length, mean, deviations };
}

/** Of two groups together (Chan, Golub & LeVeque 1979). */
function merge(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return a;
  const difference = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    deviations: a.deviations + b.deviations + (difference * difference * a.count * b.count) / count,
  };
}

function cohensD(own: Moments, others: Moments): number {
  if (own.count === 0 || others.count === 0) return 0;
  const difference = own.mean - others.mean;
  if (difference === 0) return 0;
  const pooled = Math.sqrt((own.deviations + others.deviations) / Math.max(1, own.count + others.count - 2));
  return Math.max(-largestEffect, Math.min(largestEffect, difference / pooled));
}

function traitsOf(features: readonly FeatureProfile[], most: number): ClusterTrait[] {
  return features
    .filter(({ effect }) => Math.abs(effect) >= mediumEffect)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, most)
    .map(({ feature, effect }) => {
      const direction = effect > 0 ? 'high' : 'low';
      const strength = Math.abs(effect) >= largeEffect ? 'large' : 'medium';
      return { feature, direction, strength, effect, key: `cluster.trait.${direction}.${strength}` };
    });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
