import type { ThreadingOptions } from '../../devices/crew.ts';
import { EngineError } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { invalidOption, seedOption, wholeOption } from '../../options.ts';
import { seededRandom } from '../../random.ts';
import { sampleRows } from '../../sampling.ts';
import type { ScalingOptions } from '../../scaling.ts';

export interface DensityOptions extends ScalingOptions, ThreadingOptions {
  /**
   * Rows up to which the answer is exact; of more, so many are drawn, and the others are given to what these became.
   * Default 200,000: some ten seconds a core at 16 features where nothing can be passed over.
   */
  readonly exactRows?: number | undefined;
  /** Of the draw, a 32-bit integer. Default 1; without effect up to `exactRows`. */
  readonly seed?: number | undefined;
}

const mostExactRows = 200_000;

/** Which rows the search sees. */
export interface Drawn {
  readonly seed: number;
  /** All of them when undefined. */
  readonly rows: Int32Array | undefined;
  /** Share of the rows that are seen. */
  readonly share: number;
}

/** @throws EngineError `engine_matrix_empty`, `engine_option_invalid` */
export function drawRowsToSee(matrix: FeatureMatrix, options: DensityOptions): Drawn {
  const { exactRows = mostExactRows } = options;
  const seed = seedOption(options.seed ?? 1);
  wholeOption('exactRows', exactRows, 2);
  if (matrix.rowCount === 0) throw new EngineError('engine_matrix_empty', 'The matrix has no rows.');
  if (matrix.rowCount <= exactRows) return { seed, rows: undefined, share: 1 };
  const rows = sampleRows(matrix.rowCount, exactRows, seededRandom(seed));
  return { seed, rows, share: exactRows / matrix.rowCount };
}

/**
 * A least number of rows, as it is among the rows that are seen.
 * @throws EngineError `engine_option_invalid` unless it is a whole number from `least` to the number of rows
 */
export function sizeOption(option: string, value: number, least: number, matrix: FeatureMatrix): number {
  wholeOption(option, value, least);
  if (value > matrix.rowCount) {
    throw invalidOption(option, `is ${value}, but there are ${matrix.rowCount} rows`);
  }
  return value;
}
