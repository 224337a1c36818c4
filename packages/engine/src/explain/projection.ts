import { createBreather } from '../breathe.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { fitScalingInTurns, type Scaling, signedLog1p } from '../scaling.ts';
import { symmetricEigen } from './eigen.ts';

/** The plane on which rows are shown; plain data. */
export interface ProjectionPlane {
  readonly features: readonly string[];
  /** Of the scaled features. */
  readonly mean: readonly number[];
  /** Two unit vectors over the scaled features; the second is all 0 when there is one feature. */
  readonly axes: readonly [readonly number[], readonly number[]];
  /** Share of the variance along each axis, 0 to 1. */
  readonly explained: readonly [number, number];
}

export interface Projection {
  /** One a row. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly plane: ProjectionPlane;
}

export interface ProjectionOptions {
  /** A fitted model's, so that distances on the plane mean what they mean to the model. Default: `standard`. */
  readonly scaling?: Scaling | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Principal components (Pearson 1901; Hotelling 1933): the plane that keeps most of the variance of the scaled
 * features. Each axis points to where its largest loading is positive, so that the same data give the same picture.
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function project2d(matrix: FeatureMatrix, options: ProjectionOptions = {}): Promise<Projection> {
  const breathe = createBreather(options.signal);
  const scaling = options.scaling ?? (await fitScalingInTurns(matrix, {}, breathe));
  const columns: Float32Array[] = [];
  for (const [j, column] of matrix.columns().entries()) {
    columns.push(scaleColumn(column, scaling, j));
    await breathe();
  }
  const mean = columns.map(meanOf);
  const n = columns.length;
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = covary(columns[i], columns[j], mean[i] ?? 0, mean[j] ?? 0);
      covariance[i * n + j] = value;
      covariance[j * n + i] = value;
      await breathe();
    }
  }
  const { values, vectors } = symmetricEigen(covariance, n);
  const variance = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const share = (value = 0): number => (variance > 0 ? Math.max(0, value) / variance : 0);
  const plane: ProjectionPlane = {
    features: [...matrix.names],
    mean,
    axes: [orient(vectors[0], n), orient(vectors[1], n)],
    explained: [share(values[0]), share(values[1])],
  };
  return {
    x: await along(columns, mean, plane.axes[0], matrix.rowCount, breathe),
    y: await along(columns, mean, plane.axes[1], matrix.rowCount, breathe),
    plane,
  };
}

/** Where points in scaled space, such as a model's centroids, lie on the plane. */
export function projectPoints(
  plane: ProjectionPlane,
  points: readonly ArrayLike<number>[],
): { x: Float32Array; y: Float32Array } {
  const place = (axis: readonly number[]) => (point: ArrayLike<number>) =>
    axis.reduce((sum, loading, j) => sum + loading * ((point[j] ?? 0) - (plane.mean[j] ?? 0)), 0);
  return {
    x: Float32Array.from(points, place(plane.axes[0])),
    y: Float32Array.from(points, place(plane.axes[1])),
  };
}

function scaleColumn(column: Float32Array, scaling: Scaling, j: number): Float32Array {
  const log = scaling.transform[j] === 'log1p';
  const fill = scaling.fill[j] ?? 0;
  const center = scaling.center[j] ?? 0;
  const factor = scaling.factor[j] ?? 0;
  return column.map((raw) => {
    const value = Number.isNaN(raw) ? fill : log ? signedLog1p(raw) : raw;
    return (value - center) * factor;
  });
}

function meanOf(column: Float32Array): number {
  let sum = 0;
  for (const value of column) sum += value;
  return column.length > 0 ? sum / column.length : 0;
}

function covary(
  a: Float32Array | undefined,
  b: Float32Array | undefined,
  meanA: number,
  meanB: number,
): number {
  if (!a || !b || a.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - meanA) * ((b[i] ?? 0) - meanB);
  return sum / a.length;
}

function orient(vector: Float64Array | undefined, n: number): number[] {
  const axis = vector ?? new Float64Array(n);
  let largest = 0;
  // A little more than larger: rounding must not decide between two loadings that are equal but for their sign.
  for (const loading of axis) if (Math.abs(loading) > Math.abs(largest) * (1 + 1e-9)) largest = loading;
  return Array.from(axis, (loading) => (largest < 0 ? -loading : loading));
}

async function along(
  columns: readonly Float32Array[],
  mean: readonly number[],
  axis: readonly number[],
  rowCount: number,
  breathe: () => Promise<void>,
): Promise<Float32Array> {
  const sums = new Float64Array(rowCount);
  for (const [j, column] of columns.entries()) {
    const loading = axis[j] ?? 0;
    const center = mean[j] ?? 0;
    for (let i = 0; i < rowCount; i++) sums[i] = (sums[i] ?? 0) + loading * ((column[i] ?? 0) - center);
    await breathe();
  }
  return Float32Array.from(sums);
}
