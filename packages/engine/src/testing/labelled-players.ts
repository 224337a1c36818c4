import { FeatureMatrix } from '../matrix.ts';

/**
 * Players whose outcome depends on their features with bends and interplay, made by arithmetic that
 * references/make-label-reference.py repeats to the last bit: so that what scikit-learn says of them need not bring them along.
 */
export function labelledPlayers(rows: number): { matrix: FeatureMatrix; labels: Uint8Array } {
  let state = 12345;
  // A linear congruential generator (Numerical Recipes); its low bits are poor, so the high ones are used.
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 16777216;
  };
  const columns = Array.from({ length: 6 }, () => new Float32Array(rows));
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const x = columns.map(() => Math.floor(uniform() * 1000));
    const [a = 0, b = 0, c = 0, d = 0] = x;
    const logOdds = -2 + a / 250 - (b > 600 ? 1.5 : 0) + (c < 300 && d > 500 ? 2 : 0) - d / 2000;
    labels[i] = uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
    const isMissing = uniform() < 0.1;
    columns.forEach((column, j) => {
      column[i] = j === 2 && isMissing ? Number.NaN : (x[j] ?? 0);
    });
  }
  const names = ['a', 'b', 'c', 'd', 'noise_1', 'noise_2'];
  return { matrix: FeatureMatrix.fromColumns(names, columns), labels };
}
