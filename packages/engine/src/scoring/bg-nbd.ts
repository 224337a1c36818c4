import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { choiceOption, invalidOption } from '../options.ts';
import { type BgNbdParameters, createExpectation, pAlive } from './bg-nbd-expectation.ts';
import { bgNbdLikelihood } from './bg-nbd-likelihood.ts';
import type { BgNbdModel } from './bg-nbd-model.ts';
import { type BgNbdValidation, type PurchaseHoldout, validateBgNbd } from './bg-nbd-validation.ts';
import { maximizeLikelihood } from './maximum-likelihood.ts';
import {
  type DistinctHistories,
  distinctHistories,
  hasHistory,
  purchaseColumns,
  type TimeUnit,
  timeUnits,
} from './purchase-history.ts';

export interface BgNbdOptions {
  /** Names of the columns. Default `frequency`, `recency` and `T`. */
  readonly columns?: Partial<Record<'frequency' | 'recency' | 'T', string>> | undefined;
  /** What recency, T and the horizon are counted in. Default `day`. */
  readonly timeUnit?: TimeUnit | undefined;
  /** How far ahead the model is to look where it is applied, in time units. */
  readonly horizon: number;
  /** Where the matrix ends before today: what the players did since. */
  readonly holdout?: PurchaseHoldout | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
}

export interface FitProgress {
  /** `count`: equal histories are brought together; `fit`: once per evaluation of the likelihood; `validate`. */
  readonly phase: 'count' | 'fit' | 'validate';
  /** Evaluations so far. */
  readonly iteration: number;
}

export interface BgNbdResult {
  readonly model: BgNbdModel;
  /** How well it describes what it was fitted on and, with a holdout, what came after. */
  readonly validation: BgNbdValidation;
  /** Players that were passed over, because a value is missing. */
  readonly missing: number;
}

/**
 * Fits the BG/NBD model of repeat purchases (Fader, Hardie & Lee 2005, "Counting your customers the easy way: an
 * alternative to the Pareto/NBD model", Marketing Science 24) by maximum likelihood. A million players take seconds.
 * @param matrix repeat purchases, time from the first to the last purchase, and time from the first purchase to the end
 *   of what was observed; rows where one is missing are passed over
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_fit_diverged` (too few players, or none who
 *   came back), `engine_feature_missing`, `engine_option_invalid`, `engine_aborted`
 */
export async function fitBgNbd(matrix: FeatureMatrix, options: BgNbdOptions): Promise<BgNbdResult> {
  const { signal, onProgress, timeUnit = 'day', horizon, holdout } = options;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw invalidOption('horizon', 'must be above 0');
  choiceOption('timeUnit', timeUnit, timeUnits);
  const { frequency = 'frequency', recency = 'recency', T = 'T' } = options.columns ?? {};
  const features = [frequency, recency, T];
  const columns = purchaseColumns(matrix.select(features));
  const breathe = createBreather(signal);

  onProgress?.({ phase: 'count', iteration: 0 });
  const histories = await distinctHistories(columns, breathe);
  let iteration = 0;
  const fit = await maximizeLikelihood(['r', 'alpha', 'a', 'b'], startingPoint(histories), (parameters) => {
    onProgress?.({ phase: 'fit', iteration: iteration++ });
    return bgNbdLikelihood(histories, parameters, breathe);
  });
  const model: BgNbdModel = {
    algorithm: 'bg-nbd',
    version: 1,
    features,
    timeUnit,
    horizon,
    parameters: named(fit.parameters),
    standardErrors: named(fit.covariance.map((row, i) => Math.sqrt(row[i] ?? Number.NaN))),
    covariance: fit.covariance,
    logLikelihood: fit.logLikelihood,
    players: histories.known,
  };
  onProgress?.({ phase: 'validate', iteration });
  const validation = await validateBgNbd(model, matrix, histories, holdout, breathe);
  return { model, validation, missing: histories.missing };
}

/**
 * A rate of 1 per player's mean time between purchases, as spread as an exponential, and a quarter that leave each time:
 * only the unit of time matters to where the search ends, and α carries it.
 * @throws EngineError `engine_fit_diverged` when nobody came back
 */
function startingPoint(histories: DistinctHistories): number[] {
  let purchases = 0;
  let time = 0;
  for (let i = 0; i < histories.size; i++) {
    const players = histories.players[i] ?? 0;
    const x = histories.frequency[i] ?? 0;
    purchases += players * x;
    // The time in which a player is known to have been there.
    time += players * (x > 0 ? (histories.recency[i] ?? 0) : (histories.T[i] ?? 0));
  }
  if (!(purchases > 0 && time > 0)) {
    throw new EngineError('engine_fit_diverged', 'No player came back: there is nothing to fit.', {
      details: { parameter: 'r' },
    });
  }
  return [1, time / purchases, 1, 3];
}

function named([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): BgNbdParameters {
  return { r, alpha, a, b };
}

export interface BgNbdPrediction {
  /** NaN where a value of the row is missing. */
  readonly pAlive: Float32Array;
  /** Purchases in the model's horizon after T; NaN where a value of the row is missing. */
  readonly expectedPurchases: Float32Array;
}

/** Rows between two turns of the event loop: a few milliseconds. */
const sliceRows = 512;

/**
 * @param options.horizon in the model's time units, in place of the model's own
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_feature_missing`, `engine_aborted`
 */
export async function predictPurchases(
  model: BgNbdModel,
  matrix: FeatureMatrix,
  options: { readonly horizon?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<BgNbdPrediction> {
  const columns = purchaseColumns(matrix.select(model.features));
  const horizon = options.horizon ?? model.horizon;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw invalidOption('horizon', 'must be above 0');
  const breathe = createBreather(options.signal);
  const expected = createExpectation(model.parameters);
  const alive = new Float32Array(matrix.rowCount).fill(Number.NaN);
  const purchases = new Float32Array(matrix.rowCount).fill(Number.NaN);
  for (let i = 0; i < matrix.rowCount; i++) {
    if (i % sliceRows === 0) await breathe();
    if (!hasHistory(columns, i)) continue;
    const x = columns.frequency[i] ?? 0;
    const end = columns.T[i] ?? 0;
    const here = pAlive(model.parameters, x, columns.recency[i] ?? 0, end);
    alive[i] = here;
    purchases[i] = here * expected(x, end, horizon);
  }
  return { pAlive: alive, expectedPurchases: purchases };
}
