import { missingBin } from './bins.ts';

/** First and second derivative of the loss, summed for each of 256 bins: [g0, h0, g1, h1, …], a column after the other. */
export type Histogram = Float64Array;

export const binCount = 256;
export const columnLength = binCount * 2;

/** Columns that are summed together: they share each load of a row's derivatives, which halves the time. */
export const columnsAtOnce = 4;

/**
 * Adds rows `start` to `end` of `rows` to four columns of a histogram, from `column` on.
 * @param bins of these four columns
 * @param gradients in the order of `rows`, as `hessians`
 */
export function addToHistogram(
  histogram: Histogram,
  column: number,
  bins: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array],
  rows: Uint32Array,
  gradients: Float64Array,
  hessians: Float64Array,
  start: number,
  end: number,
): void {
  const [bins0, bins1, bins2, bins3] = bins;
  const offset = column * columnLength;
  for (let i = start; i < end; i++) {
    const row = rows[i] ?? 0;
    const gradient = gradients[i] ?? 0;
    const hessian = hessians[i] ?? 0;
    const at0 = offset + 2 * (bins0[row] ?? 0);
    const at1 = offset + columnLength + 2 * (bins1[row] ?? 0);
    const at2 = offset + 2 * columnLength + 2 * (bins2[row] ?? 0);
    const at3 = offset + 3 * columnLength + 2 * (bins3[row] ?? 0);
    histogram[at0] = (histogram[at0] ?? 0) + gradient;
    histogram[at0 + 1] = (histogram[at0 + 1] ?? 0) + hessian;
    histogram[at1] = (histogram[at1] ?? 0) + gradient;
    histogram[at1 + 1] = (histogram[at1 + 1] ?? 0) + hessian;
    histogram[at2] = (histogram[at2] ?? 0) + gradient;
    histogram[at2 + 1] = (histogram[at2 + 1] ?? 0) + hessian;
    histogram[at3] = (histogram[at3] ?? 0) + gradient;
    histogram[at3 + 1] = (histogram[at3 + 1] ?? 0) + hessian;
  }
}

/** For so many columns and up to three more, which are summed but never read. */
export function createHistogram(columns: number): Histogram {
  return new Float64Array(Math.ceil(columns / columnsAtOnce) * columnsAtOnce * columnLength);
}

/** The other child's histogram is the parent's less this one's: half of the rows need no second look (Ke et al. 2017). */
export function subtractHistogram(from: Histogram, other: Histogram): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? 0) - (other[i] ?? 0);
}

export interface Split {
  /** Among the columns of the histogram. */
  readonly column: number;
  /** Bins up to this one go left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** What the regularised loss falls by. */
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftHessian: number;
}

export interface SplitLimits {
  readonly l2: number;
  readonly minChildWeight: number;
  readonly minGain: number;
}

/**
 * The split that lowers the second-order loss most (Chen & Guestrin 2016, eq. 7), with missing values tried on both
 * sides (their algorithm 3). Of equal ones the first. Undefined where none is allowed.
 * @param lastBins the last bin of each column that holds values
 */
export function bestSplit(
  histogram: Histogram,
  lastBins: readonly number[],
  gradient: number,
  hessian: number,
  limits: SplitLimits,
): Split | undefined {
  const { l2, minChildWeight } = limits;
  const parent = (gradient * gradient) / (hessian + l2);
  let bestGain = Math.max(limits.minGain, 1e-9) * 2;
  let best: Split | undefined;
  lastBins.forEach((lastBin, column) => {
    const offset = column * columnLength;
    const missingGradient = histogram[offset + 2 * missingBin] ?? 0;
    const missingHessian = histogram[offset + 2 * missingBin + 1] ?? 0;
    // Subtraction leaves some rounding where nothing is.
    const isMissing = missingHessian > 1e-9 * hessian;
    let knownGradient = 0;
    let knownHessian = 0;
    for (let bin = 0; bin <= lastBin; bin++) {
      knownGradient += histogram[offset + 2 * bin] ?? 0;
      knownHessian += histogram[offset + 2 * bin + 1] ?? 0;
      // After the last bin only missing values are left for the right side.
      if (bin === lastBin && !isMissing) break;
      for (let side = 0; side < (isMissing && bin < lastBin ? 2 : 1); side++) {
        const leftGradient = knownGradient + (side === 1 ? missingGradient : 0);
        const leftHessian = knownHessian + (side === 1 ? missingHessian : 0);
        const rightHessian = hessian - leftHessian;
        if (leftHessian < minChildWeight || rightHessian < minChildWeight) continue;
        const rightGradient = gradient - leftGradient;
        const gain =
          (leftGradient * leftGradient) / (leftHessian + l2) +
          (rightGradient * rightGradient) / (rightHessian + l2) -
          parent;
        if (gain <= bestGain) continue;
        bestGain = gain;
        // Where the node saw none, a missing value goes with the many.
        const missingLeft = isMissing ? side === 1 : leftHessian >= rightHessian;
        best = { column, bin, missingLeft, gain: gain / 2, leftGradient, leftHessian };
      }
    }
  });
  return best;
}
