import { seededRandom } from '../random.ts';
import { inSlices } from './slices.ts';

/** The bin of missing values; the others are 0 to 254. */
export const missingBin = 255;
const mostBins = 255;

/** Rows on which quantiles are taken: some two hundred a bin. */
const sampledRows = 50_000;

/**
 * Ascending float32 edges of at most 255 bins: value x lies in the bin whose number is the count of edges ≤ x. Few
 * different values get a bin each; else bins hold about as many rows as each other, and a value that fills more than
 * its bin has one to itself, without taking edges from the rest (Ke et al. 2017, LightGBM).
 */
export function binEdges(column: Float32Array, seed = 1): Float32Array {
  const sorted = sampleOf(column, seed)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const n = sorted.length;
  let different = n > 0 ? 1 : 0;
  for (let i = 1; i < n; i++) if (isStep(sorted, i)) different++;
  const edges: number[] = [];
  let left = n;
  let bins = mostBins;
  let inBin = 0;
  let start = 0;
  for (let i = 1; i < n; i++) {
    if (!isStep(sorted, i)) continue;
    inBin += i - start;
    start = i;
    if (different > mostBins && (inBin < left / bins || bins === 1)) continue;
    edges.push(between(sorted[i - 1] ?? 0, sorted[i] ?? 0));
    left -= inBin;
    bins--;
    inBin = 0;
  }
  return Float32Array.from(edges);
}

function isStep(sorted: Float32Array, i: number): boolean {
  return (sorted[i - 1] ?? 0) < (sorted[i] ?? 0);
}

/** A float32 that is above the lower value and not above the upper one. */
function between(lower: number, upper: number): number {
  const middle = Math.fround(lower / 2 + upper / 2);
  return middle > lower ? middle : upper;
}

/** One row of each of equal stretches: rows in a repeating order leave no value out. */
function sampleOf(column: Float32Array, seed: number): Float32Array {
  if (column.length <= sampledRows) return column.slice();
  const random = seededRandom(seed);
  const stretch = column.length / sampledRows;
  return Float32Array.from(
    { length: sampledRows },
    (_, i) => column[Math.floor((i + random()) * stretch)] ?? Number.NaN,
  );
}

/** Bin numbers, for `column` from `start` to `end`, into `bins`. */
export function fillBins(
  column: Float32Array,
  edges: Float32Array,
  bins: Uint8Array,
  start = 0,
  end = column.length,
): void {
  // A binary search of eight steps without a case for the ends.
  const padded = new Float32Array(256).fill(Number.POSITIVE_INFINITY);
  padded.set(edges);
  for (let i = start; i < end; i++) {
    const value = column[i] ?? Number.NaN;
    let bin = 0;
    for (let step = 128; step > 0; step >>= 1) if ((padded[bin + step - 1] ?? 0) <= value) bin += step;
    bins[i] = Number.isNaN(value) ? missingBin : bin;
  }
}

/** A matrix as bins. */
export interface BinnedMatrix {
  readonly rowCount: number;
  /** A column each. */
  readonly bins: readonly Uint8Array[];
  readonly edges: readonly Float32Array[];
}

export async function binMatrix(
  columns: readonly Float32Array[],
  seed: number,
  breathe: () => Promise<void>,
): Promise<BinnedMatrix> {
  const bins: Uint8Array[] = [];
  const edges: Float32Array[] = [];
  for (const column of columns) {
    const own = binEdges(column, seed);
    await breathe();
    const binned = new Uint8Array(column.length);
    await inSlices(column.length, breathe, (start, end) => fillBins(column, own, binned, start, end));
    bins.push(binned);
    edges.push(own);
  }
  return { rowCount: columns[0]?.length ?? 0, bins, edges };
}
