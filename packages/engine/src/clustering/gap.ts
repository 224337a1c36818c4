import { symmetricEigen } from '../explain/eigen.ts';
import { FeatureMatrix } from '../matrix.ts';
import type { Random } from '../random.ts';
import { type Scaling, scaleRows } from '../scaling.ts';

/**
 * Draws sets of rows that have no clusters: uniform over the box around the data that is aligned with their principal
 * components (Tibshirani, Walther & Hastie 2001, section 3, choice b), in scaled space.
 */
export class ReferenceSets {
  readonly #names: readonly string[];
  readonly #rowCount: number;
  readonly #mean: readonly number[];
  readonly #axes: readonly Float64Array[];
  readonly #ranges: readonly (readonly [from: number, to: number])[];

  private constructor(
    matrix: FeatureMatrix,
    mean: readonly number[],
    axes: readonly Float64Array[],
    ranges: readonly (readonly [number, number])[],
  ) {
    this.#names = matrix.names;
    this.#rowCount = matrix.rowCount;
    this.#mean = mean;
    this.#axes = axes;
    this.#ranges = ranges;
  }

  static async around(
    matrix: FeatureMatrix,
    scaling: Scaling,
    breathe: () => Promise<void>,
  ): Promise<ReferenceSets> {
    const rows = Int32Array.from({ length: matrix.rowCount }, (_, row) => row);
    const columns: Float32Array[] = [];
    for (const [j, column] of matrix.columns().entries()) {
      columns.push(scaleRows(scaling, j, column, rows));
      await breathe();
    }
    const mean = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
    const n = columns.length;
    const covariance = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let row = 0; row < rows.length; row++) {
          sum += ((columns[i]?.[row] ?? 0) - (mean[i] ?? 0)) * ((columns[j]?.[row] ?? 0) - (mean[j] ?? 0));
        }
        covariance[i * n + j] = sum;
        covariance[j * n + i] = sum;
        await breathe();
      }
    }
    const { vectors } = symmetricEigen(covariance, n);
    const ranges: [number, number][] = [];
    for (const axis of vectors) {
      let from = Number.POSITIVE_INFINITY;
      let to = Number.NEGATIVE_INFINITY;
      for (let row = 0; row < rows.length; row++) {
        let along = 0;
        for (let j = 0; j < n; j++) along += (axis[j] ?? 0) * ((columns[j]?.[row] ?? 0) - (mean[j] ?? 0));
        from = Math.min(from, along);
        to = Math.max(to, along);
      }
      ranges.push([from, to]);
      await breathe();
    }
    return new ReferenceSets(matrix, mean, vectors, ranges);
  }

  /** As many rows as the data has. */
  async draw(random: Random, breathe: () => Promise<void>): Promise<FeatureMatrix> {
    const columns = this.#mean.map((center) => new Float32Array(this.#rowCount).fill(center));
    for (const [a, axis] of this.#axes.entries()) {
      const [from = 0, to = 0] = this.#ranges[a] ?? [];
      const places = Float64Array.from({ length: this.#rowCount }, () => from + (to - from) * random());
      columns.forEach((column, j) => {
        const loading = axis[j] ?? 0;
        for (let row = 0; row < column.length; row++) {
          column[row] = (column[row] ?? 0) + loading * (places[row] ?? 0);
        }
      });
      await breathe();
    }
    return FeatureMatrix.fromColumns(this.#names, columns);
  }
}

export interface Gap {
  readonly gap: number;
  readonly standardError: number;
}

/**
 * The gap statistic (Tibshirani, Walther & Hastie, "Estimating the number of clusters in a data set via the gap
 * statistic", JRSS B 2001): how much lower the logarithm of the inertia is than it is expected to be without clusters.
 * The standard error is that of their section 3: the deviation over the sets, times √(1 + 1/sets).
 * @returns null where an inertia is 0
 */
export function gapOf(inertia: number, references: readonly number[]): Gap | null {
  if (references.length === 0 || inertia <= 0 || references.some((reference) => reference <= 0)) return null;
  const logs = references.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  return { gap: mean - Math.log(inertia), standardError: Math.sqrt(variance * (1 + 1 / logs.length)) };
}
