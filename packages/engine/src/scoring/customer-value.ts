import { createBreather } from '../breathe.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import { type BgNbdParameters, createExpectation, pAlive } from './bg-nbd-expectation.ts';
import { quadraticForm } from './cholesky.ts';
import { Comparison, type PredictionErrors } from './comparison.ts';
import type { CustomerValueModel } from './customer-value-model.ts';
import { expectedValue, spendingOf } from './gamma-gamma.ts';
import type { GammaGammaParameters } from './gamma-gamma-model.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { hasHistory, purchaseColumns } from './purchase-history.ts';

export interface CustomerValueOptions {
  /** Default true; without them a player takes a fifth of the time. */
  readonly standardErrors?: boolean | undefined;
  /** What players were worth in a time after T: a column with the sum of their purchases, and how long it was. */
  readonly holdout?: { readonly column: string; readonly duration: number } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `done` rows out of all. */
  readonly onProgress?: ((progress: { readonly done: number; readonly rows: number }) => void) | undefined;
}

export interface CustomerValueResult {
  /** In the units of the value column; NaN where a value of the row is missing. */
  readonly values: Float32Array;
  /**
   * How far `values` may be off because the models' parameters are estimates (delta method over both models'
   * covariances; the two fits are taken as independent). What one player will then really do varies far more: these are
   * errors of an expectation. Empty where none were asked for.
   */
  readonly standardErrors: Float32Array;
  /** Predicted and actual value in the holdout, not discounted; null when none was given. */
  readonly holdout: PredictionErrors | null;
}

/** Rows between two turns of the event loop: a few milliseconds. */
const sliceRows = 512;

/**
 * The discounted value that each player is expected to bring within the model's horizon: ∫ (1+d)^(−t) dE(t) times the
 * expected value of a purchase (Fader, Hardie & Lee 2005, "RFM and CLV: using iso-value curves for customer base
 * analysis", Journal of Marketing Research 42, with BG/NBD in the place of Pareto/NBD and a finite horizon).
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_feature_missing`, `engine_option_invalid`,
 *   `engine_aborted`
 */
export async function customerValue(
  model: CustomerValueModel,
  matrix: FeatureMatrix,
  options: CustomerValueOptions = {},
): Promise<CustomerValueResult> {
  const { signal, onProgress, holdout } = options;
  const withErrors = options.standardErrors ?? true;
  const breathe = createBreather(signal);
  const columns = purchaseColumns(matrix.select(model.purchases.features));
  const spending = matrix.select(model.value.features);
  const { parameters, covariance } = model.purchases;
  const purchases = discountedPurchases(parameters, model);
  const moved = withErrors ? neighbours(parameters).map((near) => discountedPurchases(near, model)) : [];
  const later = holdout ? readHoldout(model, matrix, holdout) : undefined;
  const rows = matrix.rowCount;
  const values = new Float32Array(rows).fill(Number.NaN);
  const standardErrors = new Float32Array(withErrors ? rows : 0).fill(Number.NaN);
  for (let i = 0; i < rows; i++) {
    if (i % sliceRows === 0) {
      await breathe();
      onProgress?.({ done: i, rows });
    }
    const [bought, mean] = spendingOf(spending, i);
    const worth = expectedValue(model.value.parameters, bought, mean);
    if (!hasHistory(columns, i) || !Number.isFinite(worth)) continue;
    const x = columns.frequency[i] ?? 0;
    const recency = columns.recency[i] ?? 0;
    const T = columns.T[i] ?? 0;
    const expected = purchases(x, recency, T);
    values[i] = expected * worth;
    later?.add(i, x, recency, T, worth);
    if (!withErrors) continue;
    const slopes = moved.map((near, j) => (near(x, recency, T) - expected) / stepOf(parameters, j));
    const ofWorth = worthSlopes(model.value.parameters, bought, mean, worth);
    standardErrors[i] = Math.sqrt(
      worth * worth * quadraticForm(covariance, slopes) +
        expected * expected * quadraticForm(model.value.covariance, ofWorth),
    );
  }
  onProgress?.({ done: rows, rows });
  throwIfAborted(signal);
  return { values, standardErrors, holdout: later?.errors() ?? null };
}

/**
 * ∫₀ᴴ vᵗ dE(t) with v = 1/(1+d), times the probability to be alive. By parts it is vᴴ E(H) − ln v ∫₀ᴴ vᵗ E(t) dt, and the
 * last integral is taken in ln(1 + t/(α+T)), where E is smooth however early its bend is.
 */
function discountedPurchases(
  parameters: BgNbdParameters,
  { horizon, discountRate }: CustomerValueModel,
): (x: number, recency: number, T: number) => number {
  const expectation = createExpectation(parameters);
  const force = Math.log1p(discountRate);
  const atEnd = Math.exp(-force * horizon);
  return (x, recency, T) => {
    let sum = atEnd * expectation(x, T, horizon);
    if (force > 0) {
      const scale = parameters.alpha + T;
      const width = Math.log1p(horizon / scale);
      for (const [node, weight] of gaussLegendre) {
        const growth = Math.exp(node * width);
        const t = scale * (growth - 1);
        sum += force * weight * width * scale * growth * Math.exp(-force * t) * expectation(x, T, t);
      }
    }
    return sum * pAlive(parameters, x, recency, T);
  };
}

const names = ['r', 'alpha', 'a', 'b'] as const;

/** One-sided differences: what they leave out is a millionth, far below what a standard error has digits. */
function stepOf(parameters: BgNbdParameters, index: number): number {
  return 1e-6 * parameters[names[index] ?? 'r'];
}

function neighbours(parameters: BgNbdParameters): BgNbdParameters[] {
  return names.map((name, j) => ({ ...parameters, [name]: parameters[name] + stepOf(parameters, j) }));
}

/** The derivatives of `expectedValue` by p, q and v. */
function worthSlopes(
  { p, q, v }: GammaGammaParameters,
  x: number,
  mean: number,
  worth: number,
): [number, number, number] {
  const below = p * x + q - 1;
  const total = x === 0 ? 0 : x * mean;
  return [(v + total - worth * x) / below, -worth / below, p / below];
}

function readHoldout(
  model: CustomerValueModel,
  matrix: FeatureMatrix,
  { column, duration }: { readonly column: string; readonly duration: number },
): {
  add(i: number, x: number, recency: number, T: number, worth: number): void;
  errors(): PredictionErrors;
} {
  if (!(duration > 0 && Number.isFinite(duration)))
    throw invalidOption('holdout.duration', 'must be above 0');
  const actual = matrix.select([column]).column(0);
  const expected = discountedPurchases(model.purchases.parameters, {
    ...model,
    horizon: duration,
    discountRate: 0,
  });
  const comparison = new Comparison();
  return {
    add(i, x, recency, T, worth) {
      const value = actual[i] ?? Number.NaN;
      if (!Number.isNaN(value)) comparison.add(x, worth * expected(x, recency, T), value);
    },
    errors() {
      if (comparison.players === 0) throw invalidOption('holdout.column', `"${column}" has no value`);
      return comparison.errors();
    },
  };
}
