import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';

/** A normal variate by Box and Muller. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface BlobOptions {
  readonly rows: number;
  readonly features: number;
  readonly groups: number;
  readonly seed: number;
  /** Distance between groups in standard deviations, roughly. */
  readonly apart?: number;
  /** Share of values that are missing. */
  readonly missing?: number;
}

/** Round groups of rows, row i in group i mod `groups`. */
export function blobs(options: BlobOptions): { matrix: FeatureMatrix; truth: Int32Array } {
  const { rows, features, groups, seed, apart = 8, missing = 0 } = options;
  const random = seededRandom(seed);
  const centers = Array.from({ length: groups * features }, () => normal(random) * apart);
  const columns = Array.from({ length: features }, () => new Float32Array(rows));
  const truth = Int32Array.from({ length: rows }, (_, i) => i % groups);
  for (let i = 0; i < rows; i++) {
    columns.forEach((column, j) => {
      const value = (centers[(i % groups) * features + j] ?? 0) + normal(random);
      column[i] = random() < missing ? Number.NaN : value;
    });
  }
  return { matrix: FeatureMatrix.fromColumns(featureNames(features), columns), truth };
}

export function featureNames(count: number): string[] {
  return Array.from({ length: count }, (_, j) => `feature_${j}`);
}

/** Whether two labellings are the same up to the clusters' numbers. */
export function samePartition(a: Int32Array, b: Int32Array): boolean {
  const forward = new Map<number, number>();
  const backward = new Map<number, number>();
  return a.every((label, i) => {
    const other = b[i] ?? -1;
    if (!forward.has(label)) forward.set(label, other);
    if (!backward.has(other)) backward.set(other, label);
    return forward.get(label) === other && backward.get(other) === label;
  });
}
