import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import { Comparison, type PredictionErrors, Sums } from './comparison.ts';
import { gammaGammaLikelihood, type Spending } from './gamma-gamma-likelihood.ts';
import type { GammaGammaModel, GammaGammaParameters } from './gamma-gamma-model.ts';
import { maximizeLikelihood } from './maximum-likelihood.ts';
import { invalidHistory } from './purchase-history.ts';

export interface GammaGammaOptions {
  /** Names of the columns. Default `frequency` and `monetary`. */
  readonly columns?: Partial<Record<'frequency' | 'monetary', string>> | undefined;
  /** A column with the average value of each player's purchases in a time after; rows with none are passed over. */
  readonly holdout?: { readonly column: string } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Once per evaluation of the likelihood. */
  readonly onProgress?: ((progress: { readonly iteration: number }) => void) | undefined;
}

export interface GammaGammaResult {
  readonly model: GammaGammaModel;
  readonly validation: GammaGammaValidation;
  /** Players without purchases, or with a missing value: they say nothing of a purchase's value. */
  readonly passedOver: number;
}

export interface GammaGammaValidation {
  /**
   * Of the number of purchases and their average value over players, which the model takes to be independent: far from 0
   * its values of purchases cannot be multiplied by numbers of purchases. Null where one of them is the same for all.
   */
  readonly correlation: number | null;
  /** Players' own averages, and what the model makes of them, over the players it was fitted on. */
  readonly calibration: PredictionErrors;
  /** The same against the time after; null when none was given. */
  readonly holdout: PredictionErrors | null;
}

const sliceRows = 16384;

/**
 * Fits the Gamma–Gamma model of what a purchase is worth (Fader & Hardie 2013, "The Gamma–Gamma model of monetary
 * value") by maximum likelihood.
 * @param matrix number of purchases, and their average value, which must be above 0
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_fit_diverged`, `engine_feature_missing`,
 *   `engine_option_invalid`, `engine_aborted`
 */
export async function fitGammaGamma(
  matrix: FeatureMatrix,
  options: GammaGammaOptions = {},
): Promise<GammaGammaResult> {
  const { frequency = 'frequency', monetary = 'monetary' } = options.columns ?? {};
  const features = [frequency, monetary];
  const breathe = createBreather(options.signal);
  const { spending, start } = await readSpending(matrix.select(features), breathe);
  let iteration = 0;
  const fit = await maximizeLikelihood(['p', 'q', 'v'], start, (parameters) => {
    options.onProgress?.({ iteration: iteration++ });
    return gammaGammaLikelihood(spending, parameters, breathe);
  });
  const model: GammaGammaModel = {
    algorithm: 'gamma-gamma',
    version: 1,
    features,
    parameters: named(fit.parameters),
    standardErrors: named(fit.covariance.map((row, i) => Math.sqrt(row[i] ?? Number.NaN))),
    covariance: fit.covariance,
    logLikelihood: fit.logLikelihood,
    players: spending.x.length,
  };
  const { correlation, calibration } = await validateSpending(model, spending, breathe);
  const holdout = options.holdout
    ? await validateHoldout(model, matrix, options.holdout.column, breathe)
    : null;
  return {
    model,
    validation: { correlation, calibration, holdout },
    passedOver: matrix.rowCount - model.players,
  };
}

/**
 * The expected value of a player's purchases: between their own average and everybody's, the nearer to their own the
 * more they have bought (equation 5). Infinite where px + q ≤ 1.
 */
export function expectedValue({ p, q, v }: GammaGammaParameters, x: number, mean: number): number {
  const total = x === 0 ? 0 : x * mean;
  const below = p * x + q - 1;
  return below > 0 ? (p * (v + total)) / below : Number.POSITIVE_INFINITY;
}

/**
 * The expected value of each player's purchases. A player without any has the average of all; NaN where the number of
 * purchases is missing, or the value of some, or where the model has no finite mean (for x = 0 where q ≤ 1).
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_feature_missing`, `engine_aborted`
 */
export async function predictValue(
  model: GammaGammaModel,
  matrix: FeatureMatrix,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Float32Array> {
  const breathe = createBreather(options.signal);
  const selected = matrix.select(model.features);
  const values = new Float32Array(matrix.rowCount).fill(Number.NaN);
  for (let i = 0; i < matrix.rowCount; i++) {
    if (i % sliceRows === 0) await breathe();
    const [x, mean] = spendingOf(selected, i);
    const value = Math.fround(expectedValue(model.parameters, x, mean));
    if (Number.isFinite(value)) values[i] = value;
  }
  return values;
}

/**
 * Number and average value of a row's purchases; the value is NaN where there are none, or nobody knows how many.
 * @throws EngineError `engine_history_invalid`
 */
export function spendingOf(selected: FeatureMatrix, i: number): [x: number, mean: number] {
  const x = selected.column(0)[i] ?? Number.NaN;
  if (x < 0 || (!Number.isNaN(x) && !Number.isInteger(x))) {
    throw invalidHistory(i, 'the number of purchases must be a whole number');
  }
  const mean = x > 0 ? (selected.column(1)[i] ?? Number.NaN) : Number.NaN;
  if (mean <= 0) throw invalidHistory(i, 'the average value must be above 0');
  return [x, mean];
}

async function readSpending(
  selected: FeatureMatrix,
  breathe: () => Promise<void>,
): Promise<{ spending: Spending; start: number[] }> {
  const x = new Float64Array(selected.rowCount);
  const total = new Float64Array(selected.rowCount);
  const frequencies = new Map<number, number>();
  let [players, means, logMeans] = [0, 0, 0];
  for (let i = 0; i < selected.rowCount; i++) {
    if (i % sliceRows === 0) await breathe();
    const [count, mean] = spendingOf(selected, i);
    if (!(mean > 0 && count > 0)) continue;
    x[players] = count;
    total[players] = count * mean;
    players += 1;
    frequencies.set(count, (frequencies.get(count) ?? 0) + 1);
    means += mean;
    logMeans += Math.log(mean);
  }
  if (players === 0) {
    throw new EngineError('engine_fit_diverged', 'No player has a purchase: there is nothing to fit.', {
      details: { parameter: 'p' },
    });
  }
  const spending = {
    x: x.subarray(0, players),
    total: total.subarray(0, players),
    frequencies,
    logMeans,
  };
  // Shapes as in most data, and the mean that the data have: p·v / (q − 1).
  return { spending, start: [4, 4, (3 * means) / (4 * players)] };
}

async function validateSpending(
  model: GammaGammaModel,
  { x, total }: Spending,
  breathe: () => Promise<void>,
): Promise<{ correlation: number | null; calibration: PredictionErrors }> {
  const both = new Sums();
  const comparison = new Comparison();
  for (let i = 0; i < x.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const count = x[i] ?? 0;
    const mean = (total[i] ?? 0) / count;
    both.add(count, mean);
    const predicted = expectedValue(model.parameters, count, mean);
    if (Number.isFinite(predicted)) comparison.add(count, predicted, mean);
  }
  return { correlation: both.correlation(), calibration: comparison.errors() };
}

async function validateHoldout(
  model: GammaGammaModel,
  matrix: FeatureMatrix,
  column: string,
  breathe: () => Promise<void>,
): Promise<PredictionErrors> {
  const later = matrix.select([column]).column(0);
  const selected = matrix.select(model.features);
  const comparison = new Comparison();
  for (let i = 0; i < later.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const actual = later[i] ?? Number.NaN;
    const [x, mean] = spendingOf(selected, i);
    const predicted = expectedValue(model.parameters, x, mean);
    // Who bought nothing in that time has no value there.
    if (actual > 0 && Number.isFinite(predicted)) comparison.add(x, predicted, actual);
  }
  if (comparison.players === 0) throw invalidOption('holdout.column', `"${column}" has no value`);
  return comparison.errors();
}

function named([p = 0, q = 0, v = 0]: readonly number[]): GammaGammaParameters {
  return { p, q, v };
}
