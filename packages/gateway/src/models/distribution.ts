import type { Distribution } from './version-record.ts';

const bins = 10;
/** As many values as a distribution is made of; players come in the order of hashes, so an even pick is as good as a drawn one. */
const mostValues = 20_000;
/** An empty bin counts as this share, or one player more would be an infinite change. */
const leastShare = 1e-4;

/** How values are spread: tenths of them, or one bin a value where there are few different ones. NaN is missing. */
export function distributionOf(values: ArrayLike<number>): Distribution {
  const sorted = pick(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const edges = edgesOf(sorted);
  return { edges, ...sharesOf(values, edges) };
}

/**
 * Population stability index: the sum of (now − then) · ln(now ÷ then) over the bins of the baseline, missing values being a bin.
 * 0 where nothing moved.
 */
export function stabilityIndex(baseline: Distribution, values: ArrayLike<number>): number {
  const now = sharesOf(values, baseline.edges);
  const parts = [...baseline.shares, baseline.missing].map((then, bin) => {
    const [a, b] = [[...now.shares, now.missing][bin] ?? 0, then].map((share) => Math.max(share, leastShare));
    return a === undefined || b === undefined ? 0 : (a - b) * Math.log(a / b);
  });
  return parts.reduce((sum, part) => sum + part, 0);
}

function edgesOf(sorted: Float64Array): number[] {
  const different = [...new Set(sorted)].slice(0, bins + 1);
  const edges =
    different.length <= bins
      ? different.slice(1).map((value, i) => (value + (different[i] ?? value)) / 2)
      : Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)] ?? 0);
  return [...new Set(edges)];
}

/** A value on an edge belongs to the bin above it. */
function sharesOf(values: ArrayLike<number>, edges: readonly number[]) {
  const counts = new Array<number>(edges.length + 1).fill(0);
  const picked = pick(values);
  let missing = 0;
  for (const value of picked) {
    if (Number.isNaN(value)) {
      missing += 1;
      continue;
    }
    let bin = 0;
    while (bin < edges.length && value >= (edges[bin] ?? Number.POSITIVE_INFINITY)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const total = Math.max(1, picked.length);
  return { shares: counts.map((count) => count / total), missing: missing / total };
}

function pick(values: ArrayLike<number>): Float64Array {
  const size = Math.min(values.length, mostValues);
  return Float64Array.from(
    { length: size },
    (_, i) => values[Math.floor((i * values.length) / size)] ?? Number.NaN,
  );
}
