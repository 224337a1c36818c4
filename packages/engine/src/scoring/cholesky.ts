/** Row-major and symmetric; both triangles are filled. */
export type SymmetricMatrix = readonly (readonly number[])[];

/** The lower factor L of A = L·Lᵀ, or undefined where A is not positive definite within rounding. */
export function cholesky(matrix: SymmetricMatrix): number[][] | undefined {
  const lower: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j < i ? (lower[j] ?? []) : own;
      let sum = row[j] ?? Number.NaN;
      for (let k = 0; k < j; k++) sum -= (own[k] ?? 0) * (other[k] ?? 0);
      if (j < i) own.push(sum / (other[j] ?? Number.NaN));
      else if (sum > 1e-14 * Math.abs(row[j] ?? 0)) own.push(Math.sqrt(sum));
      else return undefined;
    }
    lower.push(own);
  }
  return lower;
}

/** x of L·Lᵀ·x = b. */
export function choleskySolve(lower: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x = [...b];
  for (const [i, row] of lower.entries()) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (row[k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (row[i] ?? Number.NaN);
  }
  for (let i = lower.length - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < lower.length; k++) sum -= (lower[k]?.[i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i]?.[i] ?? Number.NaN);
  }
  return x;
}

/** (L·Lᵀ)⁻¹, symmetric to the last bit. */
export function choleskyInverse(lower: readonly (readonly number[])[]): number[][] {
  const columns = lower.map((_, j) =>
    choleskySolve(
      lower,
      lower.map((__, i) => (i === j ? 1 : 0)),
    ),
  );
  return columns.map((column, j) => column.map((value, i) => (value + (columns[i]?.[j] ?? 0)) / 2));
}

/** xᵀ·A·x. */
export function quadraticForm(matrix: SymmetricMatrix, x: readonly number[]): number {
  let sum = 0;
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) sum += value * (x[i] ?? 0) * (x[j] ?? 0);
  }
  return sum;
}
