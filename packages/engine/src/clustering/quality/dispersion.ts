import type { FeatureMatrix } from '../../matrix.ts';
import { type Scaling, scaleRows } from '../../scaling.ts';

/** How far the rows of each cluster lie from its centroid, in scaled space. */
export interface Dispersion {
  readonly size: number;
  readonly centroid: Float64Array;
  /** Sum of squared distances to the centroid. */
  readonly squares: number;
  /** Mean distance to the centroid. */
  readonly meanDistance: number;
}

const sliceRows = 65536;

export async function dispersions(
  matrix: FeatureMatrix,
  scaling: Scaling,
  members: readonly Int32Array[],
  breathe: () => Promise<void>,
): Promise<Dispersion[]> {
  const found: Dispersion[] = [];
  for (const rows of members) {
    const centroid = new Float64Array(matrix.columnCount);
    const squared = new Float64Array(rows.length);
    for (const [j, column] of matrix.columns().entries()) {
      const values = new Float32Array(rows.length);
      let sum = 0;
      let first: number | undefined;
      for (let start = 0; start < rows.length; start += sliceRows) {
        const slice = scaleRows(scaling, j, column, rows.subarray(start, start + sliceRows));
        values.set(slice, start);
        first ??= slice[0] ?? 0;
        // Differences, so that the mean of equal values is that value to the last bit.
        for (const value of slice) sum += value - first;
        await breathe();
      }
      const mean = (first ?? 0) + sum / rows.length;
      centroid[j] = mean;
      for (let i = 0; i < squared.length; i++)
        squared[i] = (squared[i] ?? 0) + ((values[i] ?? 0) - mean) ** 2;
      await breathe();
    }
    let squares = 0;
    let distances = 0;
    for (const square of squared) {
      squares += square;
      distances += Math.sqrt(square);
    }
    found.push({ size: rows.length, centroid, squares, meanDistance: distances / rows.length });
    await breathe();
  }
  return found;
}
