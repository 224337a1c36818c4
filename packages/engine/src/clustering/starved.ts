import type { FeatureMatrix } from '../matrix.ts';
import type { Random } from '../random.ts';
import { type Scaling, scaleValue } from '../scaling.ts';

/**
 * Starts starved centroids again from rows of the batch, drawn with a probability in
 * proportion to their squared distance, as k-means++ draws its centers.
 * @param distances of the batch's rows to their centroids
 * @param reassignment share of the heaviest weight under which a centroid is starved
 * @returns whether there were any
 */
export function feedStarved(
  centroids: Float64Array,
  weights: Float64Array,
  batch: FeatureMatrix,
  scaling: Scaling,
  distances: Float32Array,
  reassignment: number,
  random: Random,
): boolean {
  const limit = reassignment * Math.max(...weights);
  const starved = [...weights.keys()].filter((c) => (weights[c] ?? 0) < limit);
  if (starved.length === 0) return false;
  const fed = weights.filter((weight) => weight >= limit);
  const chances = distances.map((distance) => distance * distance);
  for (const c of starved) {
    const row = drawOne(chances, random);
    if (row === undefined) return false;
    chances[row] = 0;
    const point = batch.row(row).map((value, j) => scaleValue(scaling, j, value));
    centroids.set(point, c * batch.columnCount);
    // Not so light that the next row takes it away, not so heavy that it cannot move.
    weights[c] = Math.min(...fed);
  }
  return true;
}

function drawOne(chances: Float32Array, random: Random): number | undefined {
  let total = 0;
  for (const chance of chances) total += chance;
  if (!(total > 0)) return undefined;
  let target = random() * total;
  let drawn: number | undefined;
  for (let row = 0; row < chances.length; row++) {
    const chance = chances[row] ?? 0;
    if (chance <= 0) continue;
    drawn = row;
    target -= chance;
    if (target < 0) break;
  }
  return drawn;
}
