import { interpolate, ranksOf } from '../order-statistics.ts';

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The next smaller float32. */
export function floatBelow(value: number): number {
  float[0] = value;
  // One less in magnitude for positive values, one more for negative ones; below 0 is the smallest of all.
  bits[0] = value > 0 ? (bits[0] ?? 0) - 1 : value < 0 ? (bits[0] ?? 0) + 1 : -0x7fffffff;
  return float[0];
}

/**
 * The values that part a column into bins of as many rows as can be: its quantiles, as float32, ascending. Bin b holds
 * what is at most edge b and more than edge b − 1; the last bin what is more than every edge. A value that fills bins by
 * itself, as the 0 of players who never withdraw, gets one of its own.
 */
export async function quantileEdges(
  column: Float32Array,
  binCount: number,
  breathe: () => Promise<void>,
): Promise<number[]> {
  const ranks = ranksOf(column);
  const edges = new Set<number>();
  let before: number | undefined;
  for (let b = 1; b < binCount; b++) {
    // One at a time: each may have to look through the whole column.
    const [quantile = Number.NaN] = interpolate(ranks, [b / binCount]);
    await breathe();
    if (Number.isNaN(quantile)) break;
    // Adding 0 makes one zero of two.
    const edge = Math.fround(quantile) + 0;
    if (edge === before) edges.add(floatBelow(edge));
    edges.add(edge);
    before = edge;
  }
  return [...edges].sort((a, b) => a - b);
}

/** Rows in each bin and, last, those whose value is missing. */
export function countBins(column: Float32Array, edges: Float32Array, counts: Float64Array): void {
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? Number.NaN;
    const bin = Number.isNaN(value) ? edges.length + 1 : binOf(value, edges);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}

/** The first edge that is not less than the value. */
function binOf(value: number, edges: Float32Array): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
