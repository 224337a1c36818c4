import type { FeatureMatrix } from '../matrix.ts';
import { median } from '../order-statistics.ts';
import { type Scaling, scaleValue, signedLog1p } from '../scaling.ts';
import type { KMeansModel } from './kmeans-model.ts';

/** A column that a model's scaling no longer fits. */
export interface ColumnDrift {
  readonly feature: string;
  /**
   * - `shifted`: its median has moved by more than was allowed.
   * - `no-longer-constant`: the scaling turns every value into 0, as it did when all were equal; they are not any more.
   * - `all-missing`: no value is known, and each would be filled with an old median.
   */
  readonly kind: 'shifted' | 'no-longer-constant' | 'all-missing';
  /** Of the median, in spreads (standard deviations, or interquartile ranges where the scaling is robust); else 0. */
  readonly shift: number;
}

/** A median of fewer rows wanders too far by itself. */
const leastRows = 30;

export async function columnDrifts(
  model: KMeansModel,
  matrix: FeatureMatrix,
  maxShift: number,
  breathe: () => Promise<void>,
): Promise<ColumnDrift[]> {
  const drifts: ColumnDrift[] = [];
  for (const [j, column] of matrix.columns().entries()) {
    await breathe();
    const feature = matrix.names[j] ?? '';
    if (model.scaling.factor[j] === 0) {
      if (!isConstant(model.scaling, j, column))
        drifts.push({ feature, kind: 'no-longer-constant', shift: 0 });
      continue;
    }
    if (column.length < leastRows) continue;
    const middle = median(column);
    if (Number.isNaN(middle)) {
      drifts.push({ feature, kind: 'all-missing', shift: 0 });
      continue;
    }
    const shift = scaleValue(model.scaling, j, middle) / spreadOf(model, j);
    if (Math.abs(shift) > maxShift) drifts.push({ feature, kind: 'shifted', shift });
  }
  return drifts;
}

function isConstant(scaling: Scaling, j: number, column: Float32Array): boolean {
  const log = scaling.transform[j] === 'log1p';
  const constant = scaling.center[j];
  return column.every((raw) => Number.isNaN(raw) || (log ? Math.fround(signedLog1p(raw)) : raw) === constant);
}

/**
 * What scaled values spread by at the fit: 1, unless they were only centred. Then the centroids say what lies between
 * the clusters, and the inertia, all columns together, bounds what lies within.
 */
function spreadOf(model: KMeansModel, j: number): number {
  if (model.scaling.method !== 'none') return 1;
  const rows = model.sizes.reduce((sum, size) => sum + size, 0);
  if (rows === 0) return Number.POSITIVE_INFINITY;
  let mean = 0;
  let squares = model.inertia / rows;
  model.sizes.forEach((size, c) => {
    const value = model.centroids[c]?.[j] ?? 0;
    mean += (size / rows) * value;
    squares += (size / rows) * value * value;
  });
  return Math.sqrt(Math.max(0, squares - mean * mean));
}
