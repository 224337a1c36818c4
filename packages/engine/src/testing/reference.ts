import type { FeatureMatrix } from '../matrix.ts';
import { type Scaling, scaleValue } from '../scaling.ts';

/** Everything the kernels do, once more in plain float64 over rows; slow, and without a trick to get wrong. */

export function scaledRows(matrix: FeatureMatrix, scaling: Scaling): number[][] {
  return Array.from({ length: matrix.rowCount }, (_, i) =>
    Array.from(matrix.row(i), (value, j) => scaleValue(scaling, j, value)),
  );
}

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += ((a[j] ?? 0) - (b[j] ?? 0)) ** 2;
  return sum;
}

export function nearest(row: readonly number[], centroids: readonly (readonly number[])[]): number {
  let best = 0;
  centroids.forEach((centroid, k) => {
    if (squaredDistance(row, centroid) < squaredDistance(row, centroids[best] ?? [])) best = k;
  });
  return best;
}
