import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, choleskyInverse, choleskySolve, quadraticForm } from './cholesky.ts';

const roots = fc.array(
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
  {
    minLength: 3,
    maxLength: 3,
  },
);

/** B·Bᵀ + I. */
function positiveDefinite(root: readonly (readonly number[])[]): number[][] {
  return root.map((row, i) =>
    root.map((other, j) => row.reduce((sum, value, k) => sum + value * (other[k] ?? 0), i === j ? 1 : 0)),
  );
}

describe('a Cholesky factor', () => {
  it('solves and inverts', () => {
    fc.assert(
      fc.property(roots, fc.tuple(fc.integer(), fc.integer(), fc.integer()), (root, right) => {
        const matrix = positiveDefinite(root);
        const lower = cholesky(matrix);
        if (!lower) throw new Error('The matrix is positive definite.');
        const b = right.map((value) => value / 2 ** 31);
        const x = choleskySolve(lower, b);
        matrix.forEach((row, i) => {
          expect(row.reduce((sum, value, j) => sum + value * (x[j] ?? 0), 0)).toBeCloseTo(b[i] ?? 0, 9);
        });
        const fromInverse = quadraticForm(choleskyInverse(lower), b);
        expect(fromInverse).toBeCloseTo(
          b.reduce((sum, value, i) => sum + value * (x[i] ?? 0), 0),
          9,
        );
      }),
    );
  });

  it.each([
    [
      [
        [1, 2],
        [2, 1],
      ],
    ],
    [
      [
        [1, 1],
        [1, 1],
      ],
    ],
    [[[Number.NaN]]],
  ])('is none for %j', (matrix) => {
    expect(cholesky(matrix)).toBeUndefined();
  });
});
