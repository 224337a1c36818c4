import { askAll, type Share } from '../devices/shares.ts';

export interface LloydOptions {
  readonly k: number;
  readonly features: number;
  readonly rowCount: number;
  /** Sum of all rows' squared norms. */
  readonly squares: number;
  readonly maxIterations: number;
  /** Stops when the centroids' summed squared movement is at most this share of the features' mean variance. */
  readonly tolerance: number;
  /** Called with the inertia of the labels before the centroids move. */
  readonly onIteration: (iteration: number, inertia: number) => void;
}

export interface LloydResult {
  readonly centroids: Float32Array;
  /** Of the last labels, before the last move. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Totals {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Lloyd's algorithm ("Least squares quantization in PCM", 1982) over all shares, from the given centroids. */
export async function lloyd(
  shares: readonly Share[],
  start: Float32Array,
  options: LloydOptions,
): Promise<LloydResult> {
  const { k, features, maxIterations } = options;
  let centroids = start;
  let threshold = Number.NaN;
  let inertia = Number.NaN;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const totals = await step(shares, centroids, k, features);
    if (iteration === 1) threshold = options.tolerance * meanVariance(totals, options);
    inertia = inertiaOf(totals, centroids, options.squares);
    options.onIteration(iteration, inertia);
    if (totals.counts.includes(0)) await refillEmpty(shares, totals, k, features);
    const moved = means(totals, centroids);
    const shift = squaredShift(centroids, moved);
    centroids = moved;
    if (shift <= threshold) return { centroids, inertia, iterations: iteration, converged: true };
  }
  return { centroids, inertia, iterations: maxIterations, converged: false };
}

async function step(
  shares: readonly Share[],
  centroids: Float32Array,
  k: number,
  features: number,
): Promise<Totals> {
  const sums = new Float64Array(k * features);
  const counts = new Float64Array(k);
  // A chunk at a time in the order of the rows: floating-point sums depend on order, and the order on nothing else.
  for (const answer of await askAll(shares, 'step', { centroids })) {
    answer.sums.forEach((sum, i) => {
      sums[i % sums.length] = (sums[i % sums.length] ?? 0) + sum;
    });
    answer.counts.forEach((count, i) => {
      counts[i % k] = (counts[i % k] ?? 0) + count;
    });
  }
  return { sums, counts };
}

/** Σ|x − c|² = Σ|x|² − Σ(2 c·S − n|c|²), in float64 from sums that are there anyway. */
function inertiaOf({ sums, counts }: Totals, centroids: Float32Array, squares: number): number {
  const features = sums.length / counts.length;
  let gain = 0;
  centroids.forEach((c, i) => {
    gain += 2 * c * (sums[i] ?? 0) - (counts[Math.floor(i / features)] ?? 0) * c * c;
  });
  return Math.max(0, squares - gain);
}

function meanVariance({ sums }: Totals, { squares, rowCount, features }: LloydOptions): number {
  const mean = new Float64Array(features);
  sums.forEach((sum, i) => {
    mean[i % features] = (mean[i % features] ?? 0) + sum / rowCount;
  });
  const norm = mean.reduce((sum, value) => sum + value * value, 0);
  return Math.max(0, squares / rowCount - norm) / features;
}

/** Gives each empty cluster the row that is farthest from its own centroid, of a cluster that can spare it. */
async function refillEmpty(
  shares: readonly Share[],
  { sums, counts }: Totals,
  k: number,
  features: number,
): Promise<void> {
  const empty = [...counts.keys()].filter((cluster) => counts[cluster] === 0);
  // Each cluster may refuse its last row, so that many more are asked for.
  const answers = await askAll(shares, 'farthest', { count: empty.length + k });
  const rows = answers.flatMap((answer) =>
    Array.from(answer.distances, (distance, i) => ({
      distance,
      label: answer.labels[i] ?? 0,
      point: answer.points.subarray(i * features, (i + 1) * features),
    })),
  );
  rows.sort((a, b) => b.distance - a.distance);
  for (const { label, point } of rows) {
    if ((counts[label] ?? 0) <= 1) continue;
    const cluster = empty.shift();
    if (cluster === undefined) return;
    point.forEach((value, j) => {
      sums[label * features + j] = (sums[label * features + j] ?? 0) - value;
      sums[cluster * features + j] = value;
    });
    counts[label] = (counts[label] ?? 0) - 1;
    counts[cluster] = 1;
  }
}

/** A cluster that is still empty (fewer different rows than clusters) keeps its centroid. */
function means({ sums, counts }: Totals, centroids: Float32Array): Float32Array {
  const features = sums.length / counts.length;
  return centroids.map((c, i) => {
    const count = counts[Math.floor(i / features)] ?? 0;
    return count > 0 ? (sums[i] ?? 0) / count : c;
  });
}

function squaredShift(before: Float32Array, after: Float32Array): number {
  let shift = 0;
  before.forEach((value, i) => {
    shift += (value - (after[i] ?? 0)) ** 2;
  });
  return shift;
}
