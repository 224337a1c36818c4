import { createBreather } from '../breathe.ts';
import { EngineError, throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { binMatrix } from './bins.ts';
import { type BoostingOptions, boostTrees, checkBoosting } from './boosting.ts';
import { type Calibration, type CalibrationMethod, calibrateAll, fitCalibration } from './calibration.ts';
import { checkLogistic, fitLogistic, type LogisticOptions } from './fit-logistic.ts';
import { checkClasses, type FitNotice, fewInClass, inspectColumns } from './guard-rails.ts';
import { type FeatureImportance, permutationImportance, sharesOf } from './importance.ts';
import { computeMargins, type LabelModel, marginFunction } from './label-model.ts';
import { countClasses, createSample, type Sample, takeRows } from './sample.ts';
import { type Part, parts, type RowSplit, type SplitShares, splitRows } from './split-rows.ts';
import { type LabelValidation, scoreQuality } from './validation.ts';

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
  /** What each row counts for, 0 to 1e9, in the fit, the calibration and the validation. Default 1. */
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

export interface LabelFit {
  readonly model: LabelModel;
  readonly validation: LabelValidation;
  /** In the order of the features. */
  readonly importance: readonly FeatureImportance[];
  readonly notices: readonly FitNotice[];
}

/**
 * Learns from rows whose outcome is known how probable it is for others: churn, propensity, or any label of the caller's
 * own. A churn label, for example: features as of a day, and 1 for who then made no bet for 30 days. Features must
 * be as of a time before the outcome's window began; with `time` rows whose windows reach into the validation's are
 * better left out.
 *
 * The model is fitted on one part of the rows, calibrated on a second and judged on a third, which is the later one when
 * `time` is given. It is not fitted once more on all rows: what is judged is what is returned.
 * @param labels 0 or 1 (or a boolean) a row
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_labels_invalid`, `engine_labels_one_class`,
 *   `engine_labels_too_few` (of a class in a part), `engine_option_invalid`, `engine_feature_missing` (a transform's),
 *   `engine_aborted`
 */
export async function fitLabel(
  matrix: FeatureMatrix,
  labels: ArrayLike<number | boolean>,
  options: FitLabelOptions,
): Promise<LabelFit> {
  throwIfAborted(options.signal);
  const { method, calibration, seed, shares, permutations } = check(options);
  const breathe = createBreather(options.signal);
  const report = (
    phase: FitLabelProgress['phase'],
    iteration = 0,
    maxIterations = 1,
    loss: number | null = null,
  ) => options.onProgress?.({ phase, iteration, maxIterations, loss });

  report('prepare');
  const sample = await createSample(matrix, labels, options.weights, breathe);
  const split = await splitRows(sample.labels, options.time, shares, seed, breathe);
  const samples = await takeParts(sample, split, breathe);
  for (const part of parts)
    if (samples[part].labels.length > 0 || shares[part] > 0) checkClasses(part, samples[part]);
  const { train } = samples;
  const data = await binMatrix(train.columns, seed, breathe);
  const notices = await inspectColumns(matrix.names, data, train, breathe);
  if (options.time && split.by === 'random') notices.push({ code: 'times_equal' });

  let fitted: (calibration: Calibration) => LabelModel;
  let strengths: ArrayLike<number>;
  if (method === 'logistic') {
    const settings = checkLogistic(options.logistic);
    const { converged, ...rest } = await fitLogistic(
      matrix.names,
      train,
      settings,
      breathe,
      (iteration, loss) => report('fit', iteration, settings.maxIterations, loss),
    );
    if (!converged) notices.push({ code: 'not_converged' });
    strengths = rest.coefficients;
    fitted = (calibration) => ({ algorithm: 'logistic', version: 1, ...rest, calibration, seed });
  } else {
    const settings = checkBoosting(options.trees);
    const { base, trees, gains } = await boostTrees(
      train,
      data,
      samples.stopping,
      settings,
      seed,
      breathe,
      (grown, loss) => report('fit', grown, settings.maxTrees, loss),
    );
    strengths = gains;
    const features = [...matrix.names];
    fitted = (calibration) => ({
      algorithm: 'boosted-trees',
      version: 1,
      features,
      base,
      trees,
      calibration,
      seed,
    });
  }

  report('calibrate');
  const fill = marginFunction(fitted({ method: 'none' }));
  const marginsOf = (part: Part) => computeMargins(fill, samples[part].columns, breathe);
  const model = fitted(
    await fitCalibration(
      calibration,
      {
        margins: await marginsOf('calibration'),
        labels: samples.calibration.labels,
        weights: samples.calibration.weights,
      },
      breathe,
    ),
  );
  if (method === 'logistic' && areSeparated(await marginsOf('train'), train)) {
    notices.push({ code: 'classes_separated' });
  }

  report('validate');
  const held = samples.validation;
  const probabilities = await calibrateAll(model.calibration, await marginsOf('validation'), breathe);
  const quality = await scoreQuality(probabilities, held.labels, held.weights, breathe);
  notices.push(...fewInClass(held));
  if (quality.auc - 2 * quality.aucStandardError <= 0.5)
    notices.push({ code: 'no_signal', auc: quality.auc });

  report('explain');
  const isUsed = (feature: number): boolean => strengths[feature] !== 0;
  const falls =
    permutations > 0 ? await permutationImportance(fill, held, isUsed, permutations, seed, breathe) : [];
  const sharesOfStrength = sharesOf(strengths);
  return {
    model,
    validation: {
      ...quality,
      split: split.by,
      from: split.from,
      sizes: {
        train: sizeOf(train),
        stopping: sizeOf(samples.stopping),
        calibration: sizeOf(samples.calibration),
        validation: sizeOf(held),
      },
    },
    importance: matrix.names.map((feature, j) => ({
      feature,
      share: sharesOfStrength[j] ?? 0,
      permutation: falls[j] ?? null,
    })),
    notices,
  };
}

async function takeParts(
  sample: Sample,
  { rows }: RowSplit,
  breathe: () => Promise<void>,
): Promise<Record<Part, Sample>> {
  const take = (part: Part): Promise<Sample> => takeRows(sample, rows[part], breathe);
  return {
    train: await take('train'),
    stopping: await take('stopping'),
    calibration: await take('calibration'),
    validation: await take('validation'),
  };
}

function sizeOf(sample: Sample): { rows: number; positives: number } {
  return { rows: sample.labels.length, positives: countClasses(sample).positives };
}

function areSeparated(margins: Float64Array, { labels }: Sample): boolean {
  let highestNegative = Number.NEGATIVE_INFINITY;
  let lowestPositive = Number.POSITIVE_INFINITY;
  labels.forEach((label, i) => {
    const margin = margins[i] ?? 0;
    if (label === 1) lowestPositive = Math.min(lowestPositive, margin);
    else highestNegative = Math.max(highestNegative, margin);
  });
  return lowestPositive > highestNegative;
}

interface Checked {
  readonly method: FitLabelOptions['method'];
  readonly calibration: CalibrationMethod;
  readonly seed: number;
  readonly shares: SplitShares & { readonly train: number };
  readonly permutations: number;
}

function check(options: FitLabelOptions): Checked {
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
