import { areaUnderCurve } from './auc.ts';
import { inSlices, orderBy } from './slices.ts';
import type { Part } from './split-rows.ts';

/** Some rows whose predictions are neighbours. */
export interface ReliabilityBin {
  readonly rows: number;
  /** Mean predicted probability, and the share that really happened, by weight. */
  readonly predicted: number;
  readonly observed: number;
}

/** A tenth of the rows by weight, the first the one with the highest scores. */
export interface LiftDecile {
  /** 1 to 10. */
  readonly decile: number;
  readonly rows: number;
  /** Share of positives in it, and that over the base rate. */
  readonly rate: number;
  readonly lift: number;
  /** Share of all positives that this decile and those before it hold. */
  readonly gain: number;
}

/** How good probabilities are on rows that had no part in making them. All by weight. */
export interface ScoreQuality {
  readonly auc: number;
  /** Of `auc`, by DeLong. */
  readonly aucStandardError: number;
  /** Mean of −log of what was given to what happened, and the same had everyone been given the base rate. */
  readonly logLoss: number;
  readonly baseLogLoss: number;
  /** Mean squared error (Brier 1950), and the same for the base rate. */
  readonly brier: number;
  readonly baseBrier: number;
  /** Mean distance of predicted and observed over ten bins of equal weight (Naeini, Cooper & Hauskrecht 2015). */
  readonly calibrationError: number;
  /** Lowest scores first. */
  readonly reliability: readonly ReliabilityBin[];
  readonly deciles: readonly LiftDecile[];
  /** Share of positives. */
  readonly baseRate: number;
}

export interface PartSize {
  readonly rows: number;
  readonly positives: number;
}

export interface LabelValidation extends ScoreQuality {
  /** `time`: on rows later than all that the model has seen. `random`: on rows drawn by the seed. */
  readonly split: 'time' | 'random';
  /** The first time of the validation rows; null in a random split. */
  readonly from: number | null;
  readonly sizes: Readonly<Record<Part, PartSize>>;
}

/** Kept this far from 0 and 1 in the log loss, as float32 rounds. */
const certain = 1e-7;
const tenths = 10;

/**
 * Rows with equal scores share their labels out evenly, so that nothing depends on the order of the rows.
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function scoreQuality(
  probabilities: Float32Array,
  labels: Uint8Array,
  weights: Float64Array,
  breathe: () => Promise<void>,
): Promise<ScoreQuality> {
  const order = await orderBy(probabilities, breathe);
  const { auc, standardError } = await areaUnderCurve(probabilities, labels, weights, order, breathe);
  let total = 0;
  let positive = 0;
  let logLoss = 0;
  let brier = 0;
  await inSlices(labels.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const weight = weights[row] ?? 0;
      const label = labels[row] ?? 0;
      const probability = Math.min(1 - certain, Math.max(certain, probabilities[row] ?? 0));
      total += weight;
      positive += weight * label;
      logLoss -= weight * Math.log(label === 1 ? probability : 1 - probability);
      brier += weight * (probability - label) ** 2;
    }
  });
  const baseRate = total > 0 ? positive / total : 0;
  const bins = await tenthsOf(order, probabilities, labels, weights, total, breathe);
  const reliability = bins
    .filter(({ weight }) => weight > 0)
    .map((bin) => ({
      rows: bin.rows,
      predicted: bin.predicted / bin.weight,
      observed: bin.positive / bin.weight,
    }));
  const error = bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.positive), 0);
  return {
    auc,
    aucStandardError: standardError,
    logLoss: total > 0 ? logLoss / total : 0,
    baseLogLoss: entropy(baseRate),
    brier: total > 0 ? brier / total : 0,
    baseBrier: baseRate * (1 - baseRate),
    calibrationError: total > 0 ? error / total : 0,
    reliability,
    deciles: decilesOf(bins, positive, baseRate),
    baseRate,
  };
}

interface Tenth {
  rows: number;
  weight: number;
  predicted: number;
  positive: number;
}

/** Lowest scores first; a row belongs where the middle of its weight lies. */
async function tenthsOf(
  order: Uint32Array,
  probabilities: Float32Array,
  labels: Uint8Array,
  weights: Float64Array,
  total: number,
  breathe: () => Promise<void>,
): Promise<Tenth[]> {
  const bins: Tenth[] = Array.from({ length: tenths }, () => ({
    rows: 0,
    weight: 0,
    predicted: 0,
    positive: 0,
  }));
  let passed = 0;
  let tieEnd = 0;
  let tieRate = 0;
  await inSlices(order.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      const row = order[i] ?? 0;
      const probability = probabilities[row] ?? 0;
      if (i >= tieEnd) {
        let tied = 0;
        let happened = 0;
        for (
          tieEnd = i;
          tieEnd < order.length && probabilities[order[tieEnd] ?? 0] === probability;
          tieEnd++
        ) {
          const weight = weights[order[tieEnd] ?? 0] ?? 0;
          tied += weight;
          happened += weight * (labels[order[tieEnd] ?? 0] ?? 0);
        }
        tieRate = tied > 0 ? happened / tied : 0;
      }
      const weight = weights[row] ?? 0;
      const at = total > 0 ? Math.floor((tenths * (passed + weight / 2)) / total) : 0;
      passed += weight;
      const bin = bins[Math.min(tenths - 1, at)];
      if (!bin) continue;
      bin.rows += 1;
      bin.weight += weight;
      bin.predicted += weight * probability;
      bin.positive += weight * tieRate;
    }
  });
  return bins;
}

function decilesOf(bins: readonly Tenth[], positive: number, baseRate: number): LiftDecile[] {
  let found = 0;
  return [...bins].reverse().map((bin, i) => {
    found += bin.positive;
    const rate = bin.weight > 0 ? bin.positive / bin.weight : 0;
    return {
      decile: i + 1,
      rows: bin.rows,
      rate,
      lift: baseRate > 0 ? rate / baseRate : 0,
      gain: positive > 0 ? found / positive : 0,
    };
  });
}

function entropy(rate: number): number {
  return rate > 0 && rate < 1 ? -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate) : 0;
}
