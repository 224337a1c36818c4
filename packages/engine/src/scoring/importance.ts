import { seededRandom } from '../random.ts';
import { areaUnderCurve } from './auc.ts';
import { computeMargins, type MarginFunction } from './label-model.ts';
import { type Sample, takeRows } from './sample.ts';
import { orderBy } from './slices.ts';

export interface FeatureImportance {
  readonly feature: string;
  /**
   * What the fit made of it, as a share of all features: trees, of what splits lowered the training loss by; logistic, of
   * the absolute coefficients of scaled features.
   */
  readonly share: number;
  /** What the validation's AUC falls by when the feature's values are dealt out at random (Breiman 2001); null when not asked for. */
  readonly permutation: number | null;
}

/** More rows make it no surer, only slower. */
const mostRows = 8192;

/**
 * Means over `repeats` shuffles of each feature that the model uses; 0 for the others.
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function permutationImportance(
  fill: MarginFunction,
  validation: Sample,
  isUsed: (feature: number) => boolean,
  repeats: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<number[]> {
  const random = seededRandom(seed);
  const all = validation.labels.length;
  const count = Math.min(all, mostRows);
  // One row of each of equal stretches.
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor(((i + random()) * all) / count));
  const { columns, labels, weights } = await takeRows(validation, rows, breathe);
  const auc = async (values: readonly Float32Array[]): Promise<number> => {
    const margins = await computeMargins(fill, values, breathe);
    const order = await orderBy(margins, breathe);
    return (await areaUnderCurve(margins, labels, weights, order, breathe)).auc;
  };
  const whole = await auc(columns);
  const falls: number[] = [];
  for (const [j, column] of columns.entries()) {
    let fall = 0;
    for (let repeat = 0; repeat < repeats && isUsed(j); repeat++) {
      const shuffled = column.slice();
      for (let i = shuffled.length - 1; i > 0; i--) {
        const other = Math.floor(random() * (i + 1));
        const value = shuffled[i] ?? 0;
        shuffled[i] = shuffled[other] ?? 0;
        shuffled[other] = value;
      }
      fall += (whole - (await auc(columns.with(j, shuffled)))) / repeats;
    }
    falls.push(fall);
  }
  return falls;
}

export function sharesOf(amounts: ArrayLike<number>): number[] {
  const sizes = Array.from(amounts, Math.abs);
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sizes.map((size) => (sum > 0 ? size / sum : 0));
}
