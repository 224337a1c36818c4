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

  /**
   * As `assign`, over columns that lie where the caller keeps them, from `columns` on, `columnBytes` apart: scaled as
   * `pack` scales, a panel at a time, in `scratch`, which holds `features` × 8 float32. `missing` 0: there is no NaN.
   */
  assignColumns(
    columns: number,
    columnBytes: number,
    panelCount: number,
    features: number,
    missing: 0 | 1,
    fills: number,
    centers: number,
    factors: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    scratch: number,
  ): void;

  /**
   * As `assign`, and gives each row a deadline, float32: until the centroids' drift has passed it, the label is sure.
   *
   * Drift is a running sum: `thresholds` has, for each cluster, how far its own centroid has moved since the rows were
   * loaded plus, a move at a time, how far the one of the others that moved most has. By the triangle inequality a
   * row that was d₁ from its centroid and d₂ from the next one keeps it while the threshold grows by less than
   * d₂ − d₁ (Hamerly, "Making k-means even faster", SDM 2010; kept as one number that no iteration has to update).
   * `rounding` times a row's and the largest centroid's squared norm bounds the error of a squared distance, so that
   * a label that is called sure is that of the nearest centroid, or of one as near as float32 can tell.
   */
  assignBounded(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    thresholds: number,
    rounding: number,
    largestNorm: number,
    deadlines: number,
  ): void;

  /**
   * Looks again at the rows whose deadline has passed, and moves those that change their cluster from its sum and
   * count to another's: labels, deadlines, sums and counts are those of `assignBounded` and `accumulate` before.
   * `scratch` holds (`features` + 4) × 8 float32. Returns how many rows were looked at.
   */
  reassign(
    panels: number,
    rows: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    thresholds: number,
    rounding: number,
    largestNorm: number,
    deadlines: number,
    sums: number,
    counts: number,
    scratch: number,
  ): number;

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

  /**
   * `potential` for `count` centers at once, an even number, one after another from `centers` on; nothing is written
   * back. `totals`: two float64 for each, whose sum is the answer.
   */
  potentials(
    panels: number,
    panelCount: number,
    features: number,
    centers: number,
    count: number,
    nearest: number,
    totals: number,
  ): void;

  /** Adds the values' differences from `shift`, and their squares, to the two float64 at `totals`; NaN counts as `shift`. */
  moments(values: number, count: number, shift: number, totals: number): void;

  /**
   * Collects the values from `low` to `high` at `found`, as many as there is `room` for. `counters` are three int32 that
   * go on counting: those from `low` to `high`, those below `low`, and all that are not NaN.
   */
  between(
    values: number,
    count: number,
    low: number,
    high: number,
    found: number,
    room: number,
    counters: number,
  ): void;
}
