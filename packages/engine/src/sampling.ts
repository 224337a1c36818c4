import { FeatureMatrix } from './matrix.ts';
import type { Random } from './random.ts';

/**
 * `size` different rows out of `rowCount`, each set of rows as likely as any other, in ascending order.
 * Floyd's method (Bentley & Floyd, "A sample of brilliance", CACM 1987): as many draws as rows are wanted.
 */
export function sampleRows(rowCount: number, size: number, random: Random): Int32Array {
  if (size >= rowCount) return Int32Array.from({ length: rowCount }, (_, row) => row);
  const chosen = new Set<number>();
  for (let last = rowCount - size; last < rowCount; last++) {
    const drawn = Math.floor(random() * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return Int32Array.from(chosen).sort();
}

/** `size` rows drawn one by one, so that a row may come more than once. */
export function drawRows(rowCount: number, size: number, random: Random): Int32Array {
  return Int32Array.from({ length: size }, () => Math.floor(random() * rowCount));
}

/** The rows that are named, in that order. */
export function takeRows(matrix: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const columns = matrix.columns().map((column) => {
    const taken = new Float32Array(rows.length);
    for (let i = 0; i < taken.length; i++) taken[i] = column[rows[i] ?? -1] ?? Number.NaN;
    return taken;
  });
  return FeatureMatrix.fromColumns(matrix.names, columns);
}
