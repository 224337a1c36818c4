export interface Eigen {
  /** Largest first. */
  readonly values: Float64Array;
  /** One unit vector a value. */
  readonly vectors: readonly Float64Array[];
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, "Matrix
 * Computations", §8.5): slow beyond some hundred columns, but exact to rounding and without a special case.
 * @param matrix n × n, row after row; it is not changed
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
  const v = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  );
  const at = (rows: readonly Float64Array[], i: number, j: number): number => rows[i]?.[j] ?? 0;
  const put = (rows: readonly Float64Array[], i: number, j: number, value: number): void => {
    const row = rows[i];
    if (row) row[j] = value;
  };
  const total = matrix.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < 64; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += at(a, p, q) ** 2;
    if (off <= total * 1e-30) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = at(a, p, q);
        if (apq === 0) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let i = 0; i < n; i++) {
          const [ip, iq] = [at(a, i, p), at(a, i, q)];
          put(a, i, p, c * ip - s * iq);
          put(a, i, q, s * ip + c * iq);
        }
        for (let i = 0; i < n; i++) {
          const [pi, qi] = [at(a, p, i), at(a, q, i)];
          put(a, p, i, c * pi - s * qi);
          put(a, q, i, s * pi + c * qi);
        }
        for (let i = 0; i < n; i++) {
          const [ip, iq] = [at(v, i, p), at(v, i, q)];
          put(v, i, p, c * ip - s * iq);
          put(v, i, q, s * ip + c * iq);
        }
      }
    }
  }
  const order = [...a.keys()].sort((i, j) => at(a, j, j) - at(a, i, i));
  return {
    values: Float64Array.from(order, (i) => at(a, i, i)),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, row) => at(v, row, i))),
  };
}
