import { inSlices } from './slices.ts';

export interface AreaUnderCurve {
  /** 0.5 is chance, 1 is every positive above every negative; 0.5 where a class is missing. */
  readonly auc: number;
  /** Of `auc`; 0 where a class has fewer than two rows. */
  readonly standardError: number;
}

/**
 * The chance that a positive row has a higher score than a negative one, ties counted half, with its standard error
 * by DeLong, DeLong & Clarke-Pearson 1988, from ranks (Sun & Xu 2014). Weights count as repetitions in the area; the
 * error is that of a weighted mean.
 * @param order the rows by their scores, ascending
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function areaUnderCurve(
  scores: ArrayLike<number>,
  labels: Uint8Array,
  weights: ArrayLike<number>,
  order: Uint32Array,
  breathe: () => Promise<void>,
): Promise<AreaUnderCurve> {
  // The weight of the other class below each row, ties half.
  const below = new Float64Array(labels.length);
  const passed = [0, 0];
  let tied = [0, 0];
  let tieEnd = 0;
  await inSlices(order.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      const row = order[i] ?? 0;
      if (i === tieEnd) {
        passed[0] = (passed[0] ?? 0) + (tied[0] ?? 0);
        passed[1] = (passed[1] ?? 0) + (tied[1] ?? 0);
        tied = [0, 0];
        for (; tieEnd < order.length && scores[order[tieEnd] ?? 0] === scores[row]; tieEnd++) {
          const label = labels[order[tieEnd] ?? 0] ?? 0;
          tied[label] = (tied[label] ?? 0) + (weights[order[tieEnd] ?? 0] ?? 0);
        }
      }
      const other = 1 - (labels[row] ?? 0);
      below[row] = (passed[other] ?? 0) + (tied[other] ?? 0) / 2;
    }
  });
  const negative = (passed[0] ?? 0) + (tied[0] ?? 0);
  const positive = (passed[1] ?? 0) + (tied[1] ?? 0);
  if (!(negative > 0 && positive > 0)) return { auc: 0.5, standardError: 0 };
  let sum = 0;
  await inSlices(labels.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      if (labels[row] === 1) sum += (weights[row] ?? 0) * (below[row] ?? 0);
    }
  });
  const auc = sum / (positive * negative);
  // A positive beats this share of the negatives, a negative is beaten by that share of the positives.
  const variance = [0, 0];
  const counts = [0, 0];
  await inSlices(labels.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const label = labels[row] ?? 0;
      const weight = weights[row] ?? 0;
      if (weight === 0) continue;
      const share = label === 1 ? (below[row] ?? 0) / negative : 1 - (below[row] ?? 0) / positive;
      variance[label] = (variance[label] ?? 0) + weight * weight * (share - auc) ** 2;
      counts[label] = (counts[label] ?? 0) + 1;
    }
  });
  const part = (label: 0 | 1, weight: number): number => {
    const count = counts[label] ?? 0;
    return count < 2 ? 0 : ((variance[label] ?? 0) / (weight * weight)) * (count / (count - 1));
  };
  return { auc, standardError: Math.sqrt(part(0, negative) + part(1, positive)) };
}
