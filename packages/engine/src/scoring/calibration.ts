import { invalid, number, numbers, object, oneOf } from '../models/checks.ts';
import { solveLogistic } from './newton-logistic.ts';
import { inSlices, orderBy } from './slices.ts';

/**
 * How a model's log-odds become a probability; plain data.
 * - `none`: the logistic function.
 * - `platt`: the logistic function of `slope` · log-odds + `intercept`.
 * - `isotonic`: linear between `probabilities` at `margins`, which both ascend; constant beyond the ends.
 */
export type Calibration =
  | { readonly method: 'none' }
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  | {
      readonly method: 'isotonic';
      readonly margins: readonly number[];
      readonly probabilities: readonly number[];
    };

export type CalibrationMethod = Calibration['method'];

export interface Outcomes {
  /** Log-odds that the model gave, a row each. */
  readonly margins: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

export function logistic(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

export function calibrate(calibration: Calibration, margin: number): number {
  if (calibration.method === 'none') return logistic(margin);
  if (calibration.method === 'platt') return logistic(calibration.slope * margin + calibration.intercept);
  const { margins, probabilities } = calibration;
  const last = margins.length - 1;
  // The first knot that is not below.
  let from = 0;
  let to = last + 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((margins[middle] ?? 0) < margin) from = middle + 1;
    else to = middle;
  }
  if (from === 0) return probabilities[0] ?? 0;
  if (from > last) return probabilities[last] ?? 0;
  const left = margins[from - 1] ?? 0;
  const low = probabilities[from - 1] ?? 0;
  const share = (margin - left) / ((margins[from] ?? 0) - left);
  return low + share * ((probabilities[from] ?? 0) - low);
}

/** To be fitted on rows that the model was not fitted on: on its own rows every model looks surer than it is. */
export async function fitCalibration(
  method: CalibrationMethod,
  outcomes: Outcomes,
  breathe: () => Promise<void>,
): Promise<Calibration> {
  if (method === 'none') return { method };
  return method === 'platt' ? fitPlatt(outcomes, breathe) : fitIsotonic(outcomes, breathe);
}

/**
 * Platt 1999, "Probabilistic outputs for support vector machines", with his targets a little off 0 and 1, which keep the
 * slope finite. A slope below 0 would turn the ranking over: then the score says nothing, and everyone gets the base rate.
 */
async function fitPlatt(
  { margins, labels, weights }: Outcomes,
  breathe: () => Promise<void>,
): Promise<Calibration> {
  let positive = 0;
  let negative = 0;
  labels.forEach((label, i) => {
    if (label === 1) positive += weights[i] ?? 0;
    else negative += weights[i] ?? 0;
  });
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (negative + 2);
  const { intercept, coefficients } = await solveLogistic(
    {
      columns: [Float32Array.from(margins)],
      targets: Float64Array.from(labels, (label) => (label === 1 ? high : low)),
      weights,
      l2: 1e-6,
      maxIterations: 100,
    },
    breathe,
  );
  const slope = coefficients[0] ?? 0;
  if (slope > 0) return { method: 'platt', slope, intercept };
  return { method: 'platt', slope: 0, intercept: Math.log((positive + 1) / (negative + 1)) };
}

/** Nobody is certain on the word of a few rows: a rate of 0 or 1 counts half a row that says otherwise (Krichevsky & Trofimov 1981). */
function temperedRate(pool: Pool, before: Pool | undefined, after: Pool | undefined): number {
  const doubt = 0.5 / (pool.weight + 1);
  if (pool.positive <= 0) return Math.min(doubt, after ? rate(after) / 2 : 1);
  if (pool.positive >= pool.weight) return Math.max(1 - doubt, before ? (1 + rate(before)) / 2 : 0);
  return rate(pool);
}

interface Pool {
  weight: number;
  /** Weighted sums. */
  margin: number;
  positive: number;
}

/**
 * Pool adjacent violators (Ayer et al. 1955; Zadrozny & Elkan 2002), each pool a knot at its mean score and the line
 * between them instead of steps: "centered isotonic regression" (Oron & Flournoy 2017). Ascends strictly between the
 * ends, so that the ranking survives.
 */
async function fitIsotonic(
  { margins, labels, weights }: Outcomes,
  breathe: () => Promise<void>,
): Promise<Calibration> {
  const order = await orderBy(margins, breathe);
  const pools: Pool[] = [];
  for (let i = 0; i < order.length; ) {
    // Equal scores are one pool, whatever their labels.
    const score = margins[order[i] ?? 0] ?? 0;
    let pool: Pool = { weight: 0, margin: 0, positive: 0 };
    for (; i < order.length && margins[order[i] ?? 0] === score; i++) {
      const weight = weights[order[i] ?? 0] ?? 0;
      pool.weight += weight;
      pool.margin += weight * score;
      pool.positive += weight * (labels[order[i] ?? 0] ?? 0);
    }
    if (pool.weight === 0) continue;
    // A rate that does not rise is pooled with the one before.
    for (let last = pools.at(-1); last && rate(last) >= rate(pool); last = pools.at(-1)) {
      pools.pop();
      pool = pooled(last, pool);
    }
    pools.push(pool);
    await breathe();
  }
  const knots = mergeNear(pools).map((pool, i, kept) => ({
    margin: pool.margin / pool.weight,
    probability: temperedRate(pool, kept[i - 1], kept[i + 1]),
  }));
  return {
    method: 'isotonic',
    margins: knots.map(({ margin }) => margin),
    probabilities: knots.map(({ probability }) => probability),
  };
}

function pooled(a: Pool, b: Pool): Pool {
  return {
    weight: a.weight + b.weight,
    margin: a.margin + b.margin,
    positive: a.positive + b.positive,
  };
}

function rate(pool: Pool): number {
  return pool.positive / pool.weight;
}

/** Pools nearer than this share of the scores' range become one. */
const nearest = 1 / 256;

/** A steep piece would turn the rounding of a score into another probability. */
function mergeNear(pools: readonly Pool[]): Pool[] {
  const mean = (pool: Pool | undefined): number => (pool ? pool.margin / pool.weight : 0);
  const gap = (mean(pools.at(-1)) - mean(pools[0])) * nearest;
  const merged: Pool[] = [];
  for (const pool of pools) {
    const last = merged.at(-1);
    if (last && mean(pool) - mean(last) <= gap) merged.splice(-1, 1, pooled(last, pool));
    else merged.push(pool);
  }
  return merged;
}

/** @throws EngineError `engine_model_invalid` */
export function parseCalibration(value: unknown): Calibration {
  const calibration = object(value, 'calibration');
  const method = oneOf(calibration.method, 'calibration/method', ['none', 'platt', 'isotonic']);
  if (method === 'none') return { method };
  if (method === 'platt') {
    const slope = number(calibration.slope, 'calibration/slope');
    return { method, slope, intercept: number(calibration.intercept, 'calibration/intercept') };
  }
  const margins = numbers(calibration.margins, 'calibration/margins');
  if (margins.length === 0) throw invalid('calibration/margins', 'must not be empty');
  const probabilities = numbers(calibration.probabilities, 'calibration/probabilities', margins.length);
  for (const [i, probability] of probabilities.entries()) {
    if (probability < 0 || probability > 1 || probability < (probabilities[i - 1] ?? 0)) {
      throw invalid(`calibration/probabilities/${i}`, 'must be from 0 to 1, and ascend');
    }
    if (i > 0 && !((margins[i - 1] ?? 0) < (margins[i] ?? 0))) {
      throw invalid(`calibration/margins/${i}`, 'must be above the one before');
    }
  }
  return { method, margins, probabilities };
}

/** @throws EngineError (as a rejection) `engine_aborted` */
export async function calibrateAll(
  calibration: Calibration,
  margins: Float64Array,
  breathe: () => Promise<void>,
): Promise<Float32Array> {
  const probabilities = new Float32Array(margins.length);
  await inSlices(margins.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) probabilities[i] = calibrate(calibration, margins[i] ?? 0);
  });
  return probabilities;
}
