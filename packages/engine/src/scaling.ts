import { columnStatistics } from './devices/column-statistics.ts';
import { selectDevice } from './devices/select.ts';
import { EngineError } from './errors.ts';
import type { FeatureMatrix } from './matrix.ts';
import { float32s, list, object, oneOf } from './models/checks.ts';
import { choiceOption } from './options.ts';
import { quantiles } from './order-statistics.ts';

/**
 * - `standard`: mean 0, standard deviation 1.
 * - `robust`: median 0, interquartile range 1; where more than half of the values are equal (the range is 0, as for
 *   "withdrawals" of players who mostly never withdraw) the standard deviation takes its place.
 * - `none`: only centred on the mean, which leaves every distance as it is and keeps float32 precise far from zero.
 */
export type ScalingMethod = (typeof scalingMethods)[number];
const scalingMethods = ['standard', 'robust', 'none'] as const;

/** `log1p`: sign(x) · log(1 + |x|). Money and counts are heavy-tailed; without it one whale is a cluster of its own. */
export type ColumnTransform = (typeof columnTransformNames)[number];
const columnTransformNames = ['none', 'log1p'] as const;

/**
 * How raw values become what the kernels see, a column each: transform, fill what is missing, then
 * `(value - center) * factor`. All numbers are float32 values, so that JSON and ONNX hold exactly what was used.
 * `fill` is in transformed units. A constant column has factor 0.
 */
export interface Scaling {
  readonly method: ScalingMethod;
  readonly transform: readonly ColumnTransform[];
  readonly fill: readonly number[];
  readonly center: readonly number[];
  readonly factor: readonly number[];
}

export interface ScalingOptions {
  readonly scaling?: ScalingMethod | undefined;
  /** One for all columns, or by column name (the others are left as they are). */
  readonly transform?: ColumnTransform | Readonly<Record<string, ColumnTransform>> | undefined;
}

export function signedLog1p(value: number): number {
  return value < 0 ? -Math.log1p(-value) : Math.log1p(value);
}

/** What scaling asks of a column: quantiles of the known values, and sums about any value in their midst. */
export type ColumnStatistics = (
  column: Float32Array,
  fractions: readonly number[],
) => {
  readonly quantiles: readonly number[];
  readonly shift: number;
  /** Of the known values' differences from `shift`, and of their squares. */
  readonly sum: number;
  readonly squares: number;
};

/**
 * Missing values count in no statistic and are filled with the column's median.
 * @throws EngineError `engine_feature_missing` when `transform` names a column that is not there, `engine_option_invalid`
 */
export function fitScaling(matrix: FeatureMatrix, options: ScalingOptions = {}): Scaling {
  const { method, transform, columns } = begin(matrix, options, plainStatistics);
  return collect(method, transform, [...columns]);
}

/** The same by a kernel, and with a pause between columns wherever `breathe` wants one. */
export async function fitScalingInTurns(
  matrix: FeatureMatrix,
  options: ScalingOptions,
  breathe: () => Promise<void>,
): Promise<Scaling> {
  const statistics = columnStatistics(await selectDevice('auto'));
  const { method, transform, columns } = begin(matrix, options, statistics);
  const fitted: FittedColumn[] = [];
  for (const column of columns) {
    fitted.push(column);
    await breathe();
  }
  return collect(method, transform, fitted);
}

interface FittedColumn {
  readonly fill: number;
  readonly center: number;
  readonly factor: number;
}

function begin(
  matrix: FeatureMatrix,
  options: ScalingOptions,
  statistics: ColumnStatistics,
): { method: ScalingMethod; transform: ColumnTransform[]; columns: Iterable<FittedColumn> } {
  const method = choiceOption('scaling', options.scaling ?? 'standard', scalingMethods);
  const transform = columnTransforms(matrix.names, options.transform);
  function* columns(): Generator<FittedColumn> {
    for (const [j, column] of matrix.columns().entries()) {
      const { least, greatest, missing } = matrix.range(j);
      const log = transform[j] === 'log1p';
      yield fitColumn(log ? column.map(signedLog1p) : column, method, statistics, {
        constant: !(least < greatest),
        missing,
      });
    }
  }
  return { method, transform, columns: columns() };
}

function collect(
  method: ScalingMethod,
  transform: ColumnTransform[],
  columns: readonly FittedColumn[],
): Scaling {
  return {
    method,
    transform,
    fill: columns.map(({ fill }) => fill),
    center: columns.map(({ center }) => center),
    factor: columns.map(({ factor }) => factor),
  };
}

function fitColumn(
  values: Float32Array,
  method: ScalingMethod,
  statistics: ColumnStatistics,
  { constant, missing }: { constant: boolean; missing: boolean },
): FittedColumn {
  const fractions = method === 'robust' ? [0.5, 0.25, 0.75] : [0.5];
  const { quantiles: found, shift, sum, squares } = statistics(values, fractions);
  const [middle = Number.NaN, lower = 0, upper = 0] = found;
  if (Number.isNaN(middle)) return { fill: 0, center: 0, factor: 0 };
  // Adding 0 makes 0 of −0, which JSON would make of it later.
  const fill = Math.fround(middle) + 0;
  if (constant) return { fill, center: fill, factor: 0 };
  const filled = missing ? (fill - shift) * values.filter(Number.isNaN).length : 0;
  const { mean, deviation } = moments(
    shift,
    (sum + filled) / values.length,
    (squares + filled * (fill - shift)) / values.length,
  );
  const center = Math.fround(mean) + 0;
  if (method === 'none') return { fill, center, factor: 1 };
  if (method === 'robust') {
    const range = upper - lower;
    return { fill, center: fill, factor: reciprocal(range > 0 ? range : deviation) };
  }
  return { fill, center, factor: reciprocal(deviation) };
}

/**
 * Mean and population standard deviation, missing values counted as filled: what the kernels will see. One pass over
 * differences from the median is enough: the mean is never farther from it than one standard deviation, so that
 * nothing cancels (Chan, Golub & LeVeque 1983, "shifted data").
 */
function moments(shift: number, first: number, second: number): { mean: number; deviation: number } {
  return { mean: shift + first, deviation: Math.sqrt(Math.max(0, second - first * first)) };
}

function plainStatistics(column: Float32Array, fractions: readonly number[]): ReturnType<ColumnStatistics> {
  const found = quantiles(column, fractions);
  const [shift = Number.NaN] = found;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < column.length; i++) {
    const difference = (column[i] ?? Number.NaN) - shift;
    if (Number.isNaN(difference)) continue;
    sum += difference;
    squares += difference * difference;
  }
  return { quantiles: found, shift, sum, squares };
}

/** A spread so small that its reciprocal is not a finite float32 counts as none. */
function reciprocal(spread: number): number {
  const factor = Math.fround(1 / spread);
  return Number.isFinite(factor) ? factor : 0;
}

function columnTransforms(
  names: readonly string[],
  transform: ScalingOptions['transform'] = 'none',
): ColumnTransform[] {
  const checked = (given: ColumnTransform): ColumnTransform =>
    choiceOption('transform', given, columnTransformNames);
  if (typeof transform === 'string') return names.map(() => checked(transform));
  for (const name of Object.keys(transform)) {
    if (!names.includes(name)) {
      throw new EngineError(
        'engine_feature_missing',
        `A transform is given for "${name}", which is no column.`,
        {
          details: { feature: name },
        },
      );
    }
  }
  return names.map((name) => checked(Object.hasOwn(transform, name) ? (transform[name] ?? 'none') : 'none'));
}

/** One raw value of column `index` in scaled space, rounded as the kernels round. */
export function scaleValue(scaling: Scaling, index: number, value: number): number {
  let transformed =
    scaling.transform[index] === 'log1p' ? Math.fround(signedLog1p(value)) : Math.fround(value);
  if (Number.isNaN(transformed)) transformed = scaling.fill[index] ?? 0;
  const centred = Math.fround(transformed - (scaling.center[index] ?? 0));
  return Math.fround(centred * (scaling.factor[index] ?? 0));
}

/** `scaleValue` of many rows of column `index`, in the order of `rows`. */
export function scaleRows(
  scaling: Scaling,
  index: number,
  column: Float32Array,
  rows: Int32Array,
): Float32Array {
  const log = scaling.transform[index] === 'log1p';
  const fill = scaling.fill[index] ?? 0;
  const center = scaling.center[index] ?? 0;
  const factor = scaling.factor[index] ?? 0;
  const scaled = new Float32Array(rows.length);
  for (let i = 0; i < scaled.length; i++) {
    const raw = column[rows[i] ?? -1] ?? Number.NaN;
    const value = Number.isNaN(raw) ? fill : log ? Math.fround(signedLog1p(raw)) : raw;
    scaled[i] = Math.fround(value - center) * factor;
  }
  return scaled;
}

/** The raw value that `scaleValue` turns into `scaled`; a constant column's value is its constant. */
export function unscaleValue(scaling: Scaling, index: number, scaled: number): number {
  const factor = scaling.factor[index] ?? 0;
  const transformed = (factor === 0 ? 0 : scaled / factor) + (scaling.center[index] ?? 0);
  if (scaling.transform[index] !== 'log1p') return transformed;
  return transformed < 0 ? -Math.expm1(-transformed) : Math.expm1(transformed);
}

/**
 * Checks a scaling from outside, of `width` columns.
 * @throws EngineError `engine_model_invalid`
 */
export function parseScaling(value: unknown, width: number): Scaling {
  const scaling = object(value, 'scaling');
  return {
    method: oneOf(scaling.method, 'scaling/method', scalingMethods),
    transform: list(scaling.transform, 'scaling/transform', width).map((transform, j) =>
      oneOf(transform, `scaling/transform/${j}`, columnTransformNames),
    ),
    fill: float32s(scaling.fill, 'scaling/fill', width),
    center: float32s(scaling.center, 'scaling/center', width),
    factor: float32s(scaling.factor, 'scaling/factor', width),
  };
}
