import { EngineError } from '../errors.ts';
import { type BoostingOptions, checkBoosting } from './boosting.ts';
import type { CalibrationMethod } from './calibration.ts';
import { checkLogistic, type LogisticOptions } from './fit-logistic.ts';
import type { SplitShares } from './split-rows.ts';

export interface FitLabelProgress {
  /** `prepare`: split and bins. `fit`: trees or iterations. `calibrate`, `validate`, `explain`: once each. */
  readonly phase: 'prepare' | 'fit' | 'calibrate' | 'validate' | 'explain';
  readonly iteration: number;
  readonly maxIterations: number;
  /** Log loss: of trees the mean on the stopping rows, of logistic the penalised sum; null where there is none. */
  readonly loss: number | null;
}

export interface FitLabelOptions {
  /** `boosted-trees` finds bends and interplay by itself; `logistic` has one coefficient a feature to read. */
  readonly method: 'boosted-trees' | 'logistic';
  /** When each row was observed, in any unit: the latest rows validate. Without it rows are drawn by the seed. */
  readonly time?: ArrayLike<number> | undefined;
  /**
   * How many rows each row counts for, 0 to 1e9, in the fit, the calibration and the validation. Default 1. What matters is
   * not their proportions alone: weights that sum to 1 are one row.
   */
  readonly weights?: ArrayLike<number> | undefined;
  /** A 32-bit integer; the same seed gives the same model. Default 1. */
  readonly seed?: number | undefined;
  /** Default `platt`, which needs few rows and keeps the ranking; `isotonic` takes any shape and some thousand rows. */
  readonly calibration?: CalibrationMethod | undefined;
  /** Shares of the rows that do not train. Default 0.2 validation, 0.1 calibration, 0.1 stopping (trees only). */
  readonly split?: Partial<SplitShares> | undefined;
  readonly trees?: BoostingOptions | undefined;
  readonly logistic?: LogisticOptions | undefined;
  /** Shuffles a feature for its permutation importance; 0 leaves it out. Default 2. */
  readonly permutations?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FitLabelProgress) => void) | undefined;
}

/** The options with their defaults. */
export interface CheckedLabelOptions {
  readonly method: FitLabelOptions['method'];
  readonly calibration: CalibrationMethod;
  readonly seed: number;
  readonly shares: SplitShares & { readonly train: number };
  readonly permutations: number;
}

/** @throws EngineError `engine_option_invalid` */
export function checkLabelOptions(options: FitLabelOptions): CheckedLabelOptions {
  const { method, calibration = 'platt', seed = 1, split = {}, permutations = 2 } = options;
  if (method !== 'boosted-trees' && method !== 'logistic') {
    throw wrong('method', 'must be boosted-trees or logistic');
  }
  if (!['none', 'platt', 'isotonic'].includes(calibration)) {
    throw wrong('calibration', 'must be none, platt or isotonic');
  }
  if ((seed | 0) !== seed && seed >>> 0 !== seed) throw wrong('seed', 'must be a 32-bit integer');
  if (!Number.isInteger(permutations) || permutations < 0 || permutations > 100) {
    throw wrong('permutations', 'must be a whole number from 0 to 100');
  }
  if (method === 'logistic') checkLogistic(options.logistic);
  else checkBoosting(options.trees);
  const shares = {
    train: 1,
    validation: split.validation ?? 0.2,
    calibration: split.calibration ?? (calibration === 'none' ? 0 : 0.1),
    stopping: method === 'logistic' ? 0 : (split.stopping ?? 0.1),
  };
  if (calibration !== 'none' && !(shares.calibration > 0)) {
    throw wrong('split', 'must have calibration rows, unless the calibration is none');
  }
  return { method, calibration, seed, shares, permutations };
}

function wrong(option: string, what: string): EngineError {
  return new EngineError('engine_option_invalid', `${option} ${what}.`, { details: { option } });
}
