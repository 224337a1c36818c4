import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import { purchaseCountProbabilities } from './bg-nbd-counts.ts';
import { createExpectation, pAlive } from './bg-nbd-expectation.ts';
import type { BgNbdModel } from './bg-nbd-model.ts';
import { type DistinctHistories, hasHistory, invalidHistory, purchaseColumns } from './purchase-history.ts';

export interface PurchaseHoldout {
  /** The column with each player's purchases in the time after T. Rows without a value are passed over. */
  readonly column: string;
  /** How long that time was, in time units. */
  readonly duration: number;
}

/** Players with one number of repeat purchases, in what the model was fitted on. */
export interface FrequencyBucket {
  readonly frequency: number;
  /** The last bucket is all players with its frequency or more. */
  readonly orMore: boolean;
  readonly players: number;
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
  readonly holdout: HoldoutValidation | null;
}

export interface HoldoutValidation {
  readonly duration: number;
  readonly players: number;
  /** Purchases a player, on average. */
  readonly actual: number;
  readonly predicted: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquareError: number;
  /** Of predicted and actual purchases over players (Pearson); null where one of them is the same for all. */
  readonly correlation: number | null;
  /** By the frequency in the fitted time; averages over the bucket's players. */
  readonly buckets: readonly (FrequencyBucket & {
    readonly actual: number;
    readonly predicted: number;
  })[];
}

/** As many as the literature's tables have: 0 to 6, and the rest. */
const lastBucket = 7;

const sliceRows = 4096;

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
  // What is expected depends on T alone.
  const lengths = new Map<number, number>();
  const players = new Float64Array(lastBucket + 1);
  let actual = 0;
  for (let i = 0; i < histories.size; i++) {
    if (i % sliceRows === 0) await breathe();
    const count = histories.players[i] ?? 0;
    const x = histories.frequency[i] ?? 0;
    const T = histories.T[i] ?? 0;
    lengths.set(T, (lengths.get(T) ?? 0) + count);
    const bucket = Math.min(x, lastBucket);
    players[bucket] = (players[bucket] ?? 0) + count;
    actual += count * x;
  }
  const expectation = createExpectation(model.parameters);
  const expected = new Float64Array(lastBucket + 1);
  let purchases = 0;
  let done = 0;
  for (const [T, count] of lengths) {
    if (done++ % sliceRows === 0) await breathe();
    purchases += count * expectation(0, 0, T);
    purchaseCountProbabilities(model.parameters, T, lastBucket).forEach((probability, x) => {
      expected[x] = (expected[x] ?? 0) + count * probability;
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
): Promise<HoldoutValidation> {
  if (!(duration > 0 && Number.isFinite(duration)))
    throw invalidOption('holdout.duration', 'must be above 0');
  const later = matrix.select([column]).column(0);
  const columns = purchaseColumns(matrix.select(model.features));
  const expectation = createExpectation(model.parameters);
  const all = new Comparison();
  const buckets = Array.from({ length: lastBucket + 1 }, () => new Comparison());
  for (let i = 0; i < later.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const actual = later[i] ?? Number.NaN;
    if (Number.isNaN(actual) || !hasHistory(columns, i)) continue;
    if (actual < 0) throw invalidHistory(i, 'purchases in the holdout cannot be below 0');
    const x = columns.frequency[i] ?? 0;
    const T = columns.T[i] ?? 0;
    const predicted = pAlive(model.parameters, x, columns.recency[i] ?? 0, T) * expectation(x, T, duration);
    all.add(predicted, actual);
    buckets[Math.min(x, lastBucket)]?.add(predicted, actual);
  }
  if (all.players === 0) throw invalidOption('holdout.column', `"${column}" has no value`);
  return {
    duration,
    players: all.players,
    ...all.means(),
    meanAbsoluteError: all.absolute / all.players,
    rootMeanSquareError: Math.sqrt(all.squares / all.players),
    correlation: all.correlation(),
    buckets: buckets.map((bucket, frequency) => ({
      frequency,
      orMore: frequency === lastBucket,
      players: bucket.players,
      ...bucket.means(),
    })),
  };
}

/** Sums over pairs of what was predicted and what came. */
class Comparison {
  players = 0;
  absolute = 0;
  squares = 0;
  #predicted = 0;
  #actual = 0;
  #predictedSquares = 0;
  #actualSquares = 0;
  #products = 0;

  add(predicted: number, actual: number): void {
    this.players += 1;
    this.absolute += Math.abs(predicted - actual);
    this.squares += (predicted - actual) ** 2;
    this.#predicted += predicted;
    this.#actual += actual;
    this.#predictedSquares += predicted * predicted;
    this.#actualSquares += actual * actual;
    this.#products += predicted * actual;
  }

  /** 0 where there are no players. */
  means(): { actual: number; predicted: number } {
    const players = Math.max(1, this.players);
    return { actual: this.#actual / players, predicted: this.#predicted / players };
  }

  correlation(): number | null {
    const { actual, predicted } = this.means();
    const spread = (squares: number, mean: number) => Math.max(0, squares / this.players - mean * mean);
    const both = spread(this.#predictedSquares, predicted) * spread(this.#actualSquares, actual);
    if (both < 1e-24 * (actual * predicted) ** 2 || both === 0) return null;
    return (this.#products / this.players - actual * predicted) / Math.sqrt(both);
  }
}
