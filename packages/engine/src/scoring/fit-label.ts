import { createBreather } from '../breathe.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { type BinnedMatrix, binMatrix } from './bins.ts';
import { boostTrees, checkBoosting } from './boosting.ts';
import { type Calibration, calibrateAll, fitCalibration } from './calibration.ts';
import { checkLogistic, fitLogistic } from './fit-logistic.ts';
import { checkClasses, type FitNotice, fewInClass, inspectColumns } from './guard-rails.ts';
import { type FeatureImportance, permutationImportance, sharesOf } from './importance.ts';
import { computeMargins, type LabelModel, marginFunction } from './label-model.ts';
import { checkLabelOptions, type FitLabelOptions, type FitLabelProgress } from './label-options.ts';
import { countClasses, createSample, type Sample, takeRows } from './sample.ts';
import { type Part, parts, type RowSplit, splitRows } from './split-rows.ts';
import { type LabelValidation, scoreQuality } from './validation.ts';

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
  const { method, calibration, seed, shares, permutations } = checkLabelOptions(options);
  const breathe = createBreather(options.signal);
  const report = (phase: FitLabelProgress['phase']): void =>
    options.onProgress?.({ phase, iteration: 0, maxIterations: 1, loss: null });

  report('prepare');
  const sample = await createSample(matrix, labels, options.weights, breathe);
  // Every use of chance has a stream of its own: rows that a tree is given are not to follow the split.
  const split = await splitRows(sample.labels, options.time, shares, seed, breathe);
  const samples = await takeParts(sample, split, breathe);
  for (const part of parts)
    if (samples[part].labels.length > 0 || shares[part] > 0) checkClasses(part, samples[part]);
  const { train } = samples;
  const data = await binMatrix(train.columns, seed + 1, breathe);
  const notices = await inspectColumns(matrix.names, data, train, breathe);
  if (options.time && split.by === 'random') notices.push({ code: 'times_equal' });

  const fit = method === 'logistic' ? fitCoefficients : fitTrees;
  const {
    withCalibration,
    strengths,
    notices: fitNotices,
  } = await fit(matrix.names, samples, data, seed, options, breathe);
  notices.push(...fitNotices);

  report('calibrate');
  const fill = marginFunction(withCalibration({ method: 'none' }));
  const marginsOf = (part: Part) => computeMargins(fill, samples[part].columns, breathe);
  const model = withCalibration(
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
    permutations > 0 ? await permutationImportance(fill, held, isUsed, permutations, seed + 3, breathe) : [];
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

/** A fit that still lacks its calibration. */
interface Uncalibrated {
  readonly withCalibration: (calibration: Calibration) => LabelModel;
  /** What the fit made of each feature; 0 where it is not used. */
  readonly strengths: ArrayLike<number>;
  readonly notices: readonly FitNotice[];
}

async function fitCoefficients(
  names: readonly string[],
  { train }: Readonly<Record<Part, Sample>>,
  _data: BinnedMatrix,
  seed: number,
  { logistic, onProgress }: FitLabelOptions,
  breathe: () => Promise<void>,
): Promise<Uncalibrated> {
  const settings = checkLogistic(logistic);
  const { converged, ...rest } = await fitLogistic(names, train, settings, breathe, (iteration, loss) =>
    onProgress?.({ phase: 'fit', iteration, maxIterations: settings.maxIterations, loss }),
  );
  return {
    withCalibration: (calibration) => ({ algorithm: 'logistic', version: 1, ...rest, calibration, seed }),
    strengths: rest.coefficients,
    notices: converged ? [] : [{ code: 'not_converged' }],
  };
}

async function fitTrees(
  names: readonly string[],
  { train, stopping }: Readonly<Record<Part, Sample>>,
  data: BinnedMatrix,
  seed: number,
  { trees: options, onProgress }: FitLabelOptions,
  breathe: () => Promise<void>,
): Promise<Uncalibrated> {
  const settings = checkBoosting(options);
  const { base, trees, gains } = await boostTrees(
    train,
    data,
    stopping,
    settings,
    seed + 2,
    breathe,
    (iteration, loss) => onProgress?.({ phase: 'fit', iteration, maxIterations: settings.maxTrees, loss }),
  );
  const features = [...names];
  return {
    withCalibration: (calibration) => ({
      algorithm: 'boosted-trees',
      version: 1,
      features,
      base,
      trees,
      calibration,
      seed,
    }),
    strengths: gains,
    notices: [],
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
