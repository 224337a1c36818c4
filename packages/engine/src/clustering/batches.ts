import type { Lane } from '../devices/calls.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import type { Scaling } from '../scaling.ts';

/** What a batch adds to each cluster, all rows labelled by the same centroids. */
export interface BatchTotals {
  /** k × features, in scaled space. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  /** Sum of squared distances to those centroids. */
  readonly inertia: number;
  /** Of each row to its centroid. */
  readonly distances: Float32Array;
}

/** Rows that a lane takes at a time: a few milliseconds. */
const sliceRows = 16384;

/** @param lanes of which the first is used */
export async function batchTotals(
  [lane]: readonly Lane[],
  matrix: FeatureMatrix,
  scaling: Scaling,
  k: number,
  centroids: Float32Array,
): Promise<BatchTotals> {
  if (!lane) throw new EngineError('engine_worker_failed', 'There is no thread to compute in.');
  const sums = new Float64Array(centroids.length);
  const counts = new Float64Array(k);
  const distances = new Float32Array(matrix.rowCount);
  let inertia = 0;
  for (let start = 0; start < matrix.rowCount; start += sliceRows) {
    const columns = matrix.columns().map((column) => column.subarray(start, start + sliceRows));
    await lane.call('load', { columns, scaling, clusters: k, chunkRows: sliceRows });
    const finished = await lane.call('finish', { centroids });
    distances.set(finished.distances, start);
    for (const part of finished.inertias) inertia += part;
    const step = await lane.call('step', { centroids });
    step.sums.forEach((sum, i) => {
      sums[i] = (sums[i] ?? 0) + sum;
    });
    step.counts.forEach((count, c) => {
      counts[c] = (counts[c] ?? 0) + count;
    });
  }
  return { sums, counts, inertia, distances };
}

/**
 * Moves each centroid to the mean of what it has weighed so far and of its new rows: what one step a row at the rate
 * 1 / weight comes to (Sculley 2010, algorithm 1), so that the more a centroid has seen the less it moves.
 */
export function learn(
  centroids: Float64Array,
  weights: Float64Array,
  { sums, counts }: Pick<BatchTotals, 'sums' | 'counts'>,
): void {
  const features = centroids.length / weights.length;
  counts.forEach((count, c) => {
    if (count === 0) return;
    const weight = (weights[c] ?? 0) + count;
    weights[c] = weight;
    for (let i = c * features; i < (c + 1) * features; i++) {
      const centroid = centroids[i] ?? 0;
      centroids[i] = centroid + ((sums[i] ?? 0) - count * centroid) / weight;
    }
  });
}
