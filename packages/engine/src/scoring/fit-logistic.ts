import { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { fitScalingInTurns, type ScalingOptions, scaleValue } from '../scaling.ts';
import type { LogisticModel } from './logistic.ts';
import { solveLogistic } from './newton-logistic.ts';
import type { Sample } from './sample.ts';
import { inSlices } from './slices.ts';

export interface LogisticOptions extends ScalingOptions {
  /** Half of it times the squared coefficients is added to the summed log loss (1 / C in scikit-learn). Default 1. */
  readonly l2?: number | undefined;
  /** Default 100; ten are mostly enough. */
  readonly maxIterations?: number | undefined;
}

export interface CheckedLogistic extends ScalingOptions {
  readonly l2: number;
  readonly maxIterations: number;
}

/** @throws EngineError `engine_option_invalid` */
export function checkLogistic(options: LogisticOptions = {}): CheckedLogistic {
  const { l2 = 1, maxIterations = 100 } = options;
  if (!(l2 > 0 && Number.isFinite(l2))) throw wrong('l2', 'must be above 0');
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw wrong('maxIterations', 'must be a whole number of at least 1');
  }
  return { ...options, l2, maxIterations };
}

function wrong(option: string, what: string): EngineError {
  return new EngineError('engine_option_invalid', `${option} ${what}.`, { details: { option } });
}

export type LogisticFit = Omit<LogisticModel, 'algorithm' | 'version' | 'calibration' | 'seed'> & {
  readonly converged: boolean;
};

/** @throws EngineError (as a rejection) `engine_feature_missing` (a transform's), `engine_aborted` */
export async function fitLogistic(
  names: readonly string[],
  sample: Sample,
  options: CheckedLogistic,
  breathe: () => Promise<void>,
  onIteration: (iteration: number, loss: number) => void,
): Promise<LogisticFit> {
  const matrix = FeatureMatrix.fromColumns(names, sample.columns);
  const scaling = await fitScalingInTurns(matrix, options, breathe);
  const columns: Float32Array[] = [];
  for (const [j, column] of sample.columns.entries()) {
    const scaled = new Float32Array(column.length);
    await inSlices(column.length, breathe, (start, end) => {
      for (let i = start; i < end; i++) scaled[i] = scaleValue(scaling, j, column[i] ?? Number.NaN);
    });
    columns.push(scaled);
  }
  const solution = await solveLogistic(
    { columns, targets: sample.labels, weights: sample.weights, ...options },
    breathe,
    onIteration,
  );
  const [interceptStandardError = 0, ...standardErrors] = solution.standardErrors;
  return {
    features: [...names],
    scaling,
    coefficients: Array.from(solution.coefficients, Math.fround),
    intercept: Math.fround(solution.intercept),
    standardErrors,
    interceptStandardError,
    l2: options.l2,
    iterations: solution.iterations,
    converged: solution.converged,
  };
}
