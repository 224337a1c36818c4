import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import { purchaseCountProbabilities } from './bg-nbd-counts.ts';
import { createExpectation, pAlive } from './bg-nbd-expectation.ts';
import type { BgNbdModel } from './bg-nbd-model.ts';
import { Comparison, type FrequencyBucket, lastBucket, type PredictionErrors } from './comparison.ts';
import { type DistinctHistories, hasHistory, invalidHistory, purchaseColumns } from './purchase-history.ts';

export interface PurchaseHoldout {
  /** The column with each player's purchases in the time after T. Rows without a value are passed over. */
  readonly column: string;
  /** How long that time was, in time units. */
  readonly duration: number;
}

export interface BgNbdValidation {
  /** The fitted time: players by their number of purchases, and how many the model expects in each bucket. */
  readonly calibration: {
    readonly players: number;
    /** Repeat purchases, counted and expected. */
    readonly actual: number;
    readonly expected: number;
    readonly buckets: readonly (FrequencyBucket & { readonly expected: number })[];
  };
  /** The time after, of which the fit knew nothing; null when none was given. */
  readonly holdout: (PredictionErrors & { readonly duration: number }) | null;
}

/** Rows between two turns of the event loop: a few milliseconds, where series are long. */
const sliceRows = 512;

export async function validateBgNbd(
  model: BgNbdModel,
  matrix: FeatureMatrix,
  histories: DistinctHistories,
  holdout: PurchaseHoldout | undefined,
  breathe: () => Promise<void>,
): Promise<BgNbdValidation> {
  return {
    calibration: await validateCounts(model, histories, breathe),
    holdout: holdout ? await validateHoldout(model, matrix, holdout, breathe) : null,
  };
}

async function validateCounts(
  model: BgNbdModel,
  histories: DistinctHistories,
  breathe: () => Promise<void>,
): Promise<BgNbdValidation['calibration']> {
  const players = new Float64Array(lastBucket + 1);
  const expected = new Float64Array(lastBucket + 1);
  const expectation = createExpectation(model.parameters);
  let actual = 0;
  let purchases = 0;
  for (let i = 0; i < histories.size; i++) {
    if (i % sliceRows === 0) await breathe();
    const count = histories.players[i] ?? 0;
    const x = histories.frequency[i] ?? 0;
    const T = histories.T[i] ?? 0;
    const bucket = Math.min(x, lastBucket);
    players[bucket] = (players[bucket] ?? 0) + count;
    actual += count * x;
    purchases += count * expectation(0, 0, T);
    purchaseCountProbabilities(model.parameters, T, lastBucket).forEach((probability, j) => {
      expected[j] = (expected[j] ?? 0) + count * probability;
    });
  }
  return {
    players: histories.known,
    actual,
    expected: purchases,
    buckets: Array.from(players, (count, x) => ({
      frequency: x,
      orMore: x === lastBucket,
      players: count,
      expected: expected[x] ?? 0,
    })),
  };
}

async function validateHoldout(
  model: BgNbdModel,
  matrix: FeatureMatrix,
  { column, duration }: PurchaseHoldout,
  breathe: () => Promise<void>,
): Promise<PredictionErrors & { duration: number }> {
  if (!(duration > 0 && Number.isFinite(duration)))
    throw invalidOption('holdout.duration', 'must be above 0');
  const later = matrix.select([column]).column(0);
  const columns = purchaseColumns(matrix.select(model.features));
  const expectation = createExpectation(model.parameters);
  const comparison = new Comparison();
  for (let i = 0; i < later.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const actual = later[i] ?? Number.NaN;
    if (Number.isNaN(actual) || !hasHistory(columns, i)) continue;
    if (actual < 0) throw invalidHistory(i, 'purchases in the holdout cannot be below 0');
    const x = columns.frequency[i] ?? 0;
    const T = columns.T[i] ?? 0;
    const predicted = pAlive(model.parameters, x, columns.recency[i] ?? 0, T) * expectation(x, T, duration);
    comparison.add(x, predicted, actual);
  }
  if (comparison.players === 0) throw invalidOption('holdout.column', `"${column}" has no value`);
  return { duration, ...comparison.errors() };
}
