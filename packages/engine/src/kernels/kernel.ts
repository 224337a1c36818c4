/** `relaxed`: SIMD with fused multiply-add. `simd`: plain SIMD. `js`: no WebAssembly, or a CSP that refuses it. */
export type KernelDevice = 'relaxed' | 'simd' | 'js';

/** Rows in a panel, which holds them transposed: feature j of the panel is 8 consecutive float32. */
export const panelRows = 8;

/** Half the squared norm of a centroid that only fills up a pair: no row ever chooses it. */
export const neverChosen = 3.4028234663852886e38;

/**
 * The arithmetic, over one linear memory. Every pointer is a byte offset into it, a multiple of 16.
 * `panelCount` panels lie one after another, each `features` × 8 float32.
 */
export interface Kernel {
  readonly device: KernelDevice;
  /** The memory as it is now; a later `reserve` may replace it. */
  readonly buffer: ArrayBuffer;
  /**
   * Makes the memory at least this large; what was in it need not survive.
   * @throws EngineError `engine_out_of_memory`
   */
  reserve(bytes: number): void;

  /**
   * Columns to panels: NaN becomes the column's fill, then `(value - center) * factor`.
   * Column j starts at `columns + j * columnBytes` and holds `panelCount * 8` float32.
   * Returns the largest absolute value written.
   */
  pack(
    columns: number,
    columnBytes: number,
    panelCount: number,
    features: number,
    fills: number,
    centers: number,
    factors: number,
    panels: number,
  ): number;

  /**
   * The nearest centroid of each row, the first of several that are equally near, as int32.
   * |x - c|² is least where x·c - |c|²/2 is greatest; `halfNorms` are |c|²/2. `clusters` is even: an odd number is
   * filled up with one of half norm `neverChosen`.
   */
  assign(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
  ): void;

  /** |x - centroid of its label|² of each row, float32. */
  squaredDistances(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    labels: number,
    output: number,
  ): void;

  /** Adds each row to its cluster's sum (float64, clusters × features) and count (int32). `rows` need not fill panels. */
  accumulate(
    panels: number,
    rows: number,
    features: number,
    labels: number,
    sums: number,
    counts: number,
  ): void;

  /**
   * The sum over all rows of min(nearest, |x - center|²), where `nearest` is a float32 for each row; with `keep` 1
   * the minimum is written back.
   */
  potential(
    panels: number,
    panelCount: number,
    features: number,
    center: number,
    nearest: number,
    keep: 0 | 1,
  ): number;
}
