import { cholesky, choleskyInverse, choleskySolve, quadraticForm, type SymmetricMatrix } from './cholesky.ts';

export interface LogisticProblem {
  readonly columns: readonly Float32Array[];
  /** 0 to 1; a share where a row stands for many. */
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  /** Above 0: half of it times the squared coefficients is added to the loss; the intercept is free. */
  readonly l2: number;
  readonly maxIterations: number;
}

export interface LogisticSolution {
  readonly intercept: number;
  readonly coefficients: Float64Array;
  /** Of the intercept, then of each coefficient. */
  readonly standardErrors: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Rows of a block: its columns then stay in the cache while products are taken. */
const blockRows = 4096;

/**
 * Logistic regression by Newton's method, which is iteratively reweighted least squares, with halved steps where a full
 * one overshoots (McCullagh & Nelder 1989, §2.5). The penalty keeps coefficients finite where the classes
 * can be separated. Standard errors are those of the penalised estimate, (H + λ)⁻¹ H (H + λ)⁻¹ (le Cessie & van
 * Houwelingen 1992). Time grows with rows × columns².
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function solveLogistic(
  problem: LogisticProblem,
  breathe: () => Promise<void>,
  onIteration: (iteration: number, loss: number) => void = () => {},
): Promise<LogisticSolution> {
  const width = problem.columns.length + 1;
  let beta = new Float64Array(width);
  let here = await derive(problem, beta, breathe);
  let converged = false;
  let iterations = 0;
  while (iterations < problem.maxIterations && !converged) {
    const factor = cholesky(here.penalised);
    if (!factor) break;
    const step = choleskySolve(factor, [...here.gradient]);
    let scale = 1;
    let next = beta;
    let there = here;
    do {
      next = beta.map((value, j) => value - scale * (step[j] ?? 0));
      there = await derive(problem, next, breathe);
      scale /= 2;
    } while (!(there.loss <= here.loss) && scale > 1e-6);
    iterations++;
    onIteration(iterations, there.loss);
    // No step is downhill any more: as good as float64 gets.
    if (!(there.loss <= here.loss)) {
      converged = true;
      break;
    }
    const moved = next.reduce((most, value, j) => Math.max(most, Math.abs(value - (beta[j] ?? 0))), 0);
    beta = next;
    here = there;
    converged = moved < 1e-9 * Math.max(1, ...beta.map(Math.abs));
  }
  return {
    intercept: beta[0] ?? 0,
    coefficients: beta.slice(1),
    standardErrors: standardErrors(here.penalised, here.information),
    iterations,
    converged,
  };
}

interface Derivatives {
  /** Penalised, summed over the weights. */
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Second derivatives of the loss alone, width × width. */
  readonly information: SymmetricMatrix;
  readonly penalised: SymmetricMatrix;
}

async function derive(
  { columns, targets, weights, l2 }: LogisticProblem,
  beta: Float64Array,
  breathe: () => Promise<void>,
): Promise<Derivatives> {
  const width = beta.length;
  const rowCount = targets.length;
  const gradient = new Float64Array(width);
  const lower = new Float64Array(width * width);
  const margins = new Float64Array(blockRows);
  const residuals = new Float64Array(blockRows);
  const curvatures = new Float64Array(blockRows);
  const curved = new Float64Array(blockRows);
  const ones = new Float32Array(blockRows).fill(1);
  let loss = 0;
  for (let start = 0; start < rowCount; start += blockRows) {
    const rows = Math.min(blockRows, rowCount - start);
    const block = [ones, ...columns.map((column) => column.subarray(start, start + rows))];
    margins.fill(0);
    block.forEach((column, j) => {
      const coefficient = beta[j] ?? 0;
      for (let i = 0; i < rows; i++) margins[i] = (margins[i] ?? 0) + coefficient * (column[i] ?? 0);
    });
    for (let i = 0; i < rows; i++) {
      const margin = margins[i] ?? 0;
      const target = targets[start + i] ?? 0;
      const weight = weights[start + i] ?? 0;
      const probability = 1 / (1 + Math.exp(-margin));
      // log(1 + e^m) − target · m, without overflow.
      loss += weight * (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - target * margin);
      residuals[i] = weight * (probability - target);
      curvatures[i] = weight * probability * (1 - probability);
    }
    for (let j = 0; j < width; j++) {
      const own = block[j] ?? ones;
      gradient[j] = (gradient[j] ?? 0) + product(residuals, own, rows);
      for (let i = 0; i < rows; i++) curved[i] = (curvatures[i] ?? 0) * (own[i] ?? 0);
      for (let k = 0; k <= j; k++) {
        const at = j * width + k;
        lower[at] = (lower[at] ?? 0) + product(curved, block[k] ?? ones, rows);
      }
      if (width > 64) await breathe();
    }
    await breathe();
  }
  for (let j = 1; j < width; j++) {
    const value = beta[j] ?? 0;
    loss += (l2 / 2) * value * value;
    gradient[j] = (gradient[j] ?? 0) + l2 * value;
  }
  const symmetric = (penalty: number): SymmetricMatrix =>
    Array.from({ length: width }, (_, j) =>
      Array.from({ length: width }, (__, k) => {
        const sum = lower[Math.max(j, k) * width + Math.min(j, k)] ?? 0;
        return j === k && j > 0 ? sum + penalty : sum;
      }),
    );
  return { loss, gradient, information: symmetric(0), penalised: symmetric(l2) };
}

function product(a: Float64Array, b: Float32Array, rows: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function standardErrors(penalised: SymmetricMatrix, information: SymmetricMatrix): Float64Array {
  const factor = cholesky(penalised);
  if (!factor) return new Float64Array(penalised.length);
  return Float64Array.from(choleskyInverse(factor), (row) =>
    Math.sqrt(Math.max(0, quadraticForm(information, row))),
  );
}
