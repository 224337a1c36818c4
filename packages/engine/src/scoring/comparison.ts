/** Players with one number of repeat purchases. */
export interface FrequencyBucket {
  readonly frequency: number;
  /** The last bucket is all players with its frequency or more. */
  readonly orMore: boolean;
  readonly players: number;
}

/** As many buckets as the literature's tables have: 0 to 6, and the rest. */
export const lastBucket = 7;

/** How near predictions came to what was then seen. */
export interface PredictionErrors {
  readonly players: number;
  /** Averages over players. */
  readonly actual: number;
  readonly predicted: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquareError: number;
  /** Pearson's, of predicted and actual values over players; null where one of them is the same for all. */
  readonly correlation: number | null;
  /** By the frequency that the model knew; averages over the bucket's players, 0 where there are none. */
  readonly buckets: readonly (FrequencyBucket & { readonly actual: number; readonly predicted: number })[];
}

/** Sums over pairs of what was predicted for a player and what came. */
export class Comparison {
  readonly #all = new Sums();
  readonly #buckets = Array.from({ length: lastBucket + 1 }, () => new Sums());
  #absolute = 0;
  #squares = 0;

  get players(): number {
    return this.#all.pairs;
  }

  add(frequency: number, predicted: number, actual: number): void {
    this.#absolute += Math.abs(predicted - actual);
    this.#squares += (predicted - actual) ** 2;
    this.#all.add(predicted, actual);
    this.#buckets[Math.min(frequency, lastBucket)]?.add(predicted, actual);
  }

  errors(): PredictionErrors {
    const { pairs } = this.#all;
    const [predicted, actual] = this.#all.means();
    return {
      players: pairs,
      actual,
      predicted,
      meanAbsoluteError: this.#absolute / Math.max(1, pairs),
      rootMeanSquareError: Math.sqrt(this.#squares / Math.max(1, pairs)),
      correlation: this.#all.correlation(),
      buckets: this.#buckets.map((bucket, frequency) => {
        const [expected, seen] = bucket.means();
        return {
          frequency,
          orMore: frequency === lastBucket,
          players: bucket.pairs,
          actual: seen,
          predicted: expected,
        };
      }),
    };
  }
}

/** Moments of pairs. */
export class Sums {
  pairs = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #yy = 0;
  #xy = 0;

  add(x: number, y: number): void {
    this.pairs += 1;
    this.#x += x;
    this.#y += y;
    this.#xx += x * x;
    this.#yy += y * y;
    this.#xy += x * y;
  }

  /** 0 where there are no pairs. */
  means(): [x: number, y: number] {
    const pairs = Math.max(1, this.pairs);
    return [this.#x / pairs, this.#y / pairs];
  }

  /** Null where one of the two does not vary, within rounding. */
  correlation(): number | null {
    const [x, y] = this.means();
    const xSpread = this.#xx / this.pairs - x * x;
    const ySpread = this.#yy / this.pairs - y * y;
    if (!(xSpread > 1e-12 * x * x && ySpread > 1e-12 * y * y)) return null;
    return (this.#xy / this.pairs - x * y) / Math.sqrt(xSpread * ySpread);
  }
}
