import { allocateColumns, type ColumnMemory } from './column-memory.ts';
import { EngineError } from './errors.ts';

/** Half of what float32 holds: the difference of two values is then finite too. */
const largestValue = 1.7e38;

export type Column = Float32Array | Float64Array;

/** What lies in a column: of nothing but missing values, `least` is Infinity and `greatest` is -Infinity. */
export interface ColumnRange {
  readonly least: number;
  readonly greatest: number;
  readonly missing: boolean;
}

/**
 * Named columns of float32, one row a player. NaN is a missing value; an infinite value is refused.
 * Columns are kept, not rows: statistics read a column at a time, and the kernels' panels are 8 rows of a column.
 */
export class FeatureMatrix {
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Where the columns lie, when they were made by `allocate`. */
  readonly memory: ColumnMemory | undefined;
  readonly #columns: readonly Float32Array[];
  readonly #ranges: readonly ColumnRange[];

  private constructor(
    names: readonly string[],
    columns: readonly Float32Array[],
    ranges: readonly ColumnRange[],
    rowCount: number,
    memory?: ColumnMemory,
  ) {
    this.names = names;
    this.#columns = columns;
    this.#ranges = ranges;
    this.rowCount = rowCount;
    this.memory = memory;
  }

  get columnCount(): number {
    return this.names.length;
  }

  /**
   * A `Float32Array` is kept as it is, not copied: do not change it afterwards; one over a `SharedArrayBuffer` is not
   * even copied to worker threads. A `Float64Array` is rounded to float32.
   * @throws EngineError `engine_matrix_shape` (no column, a name twice or empty, columns of different lengths),
   *   `engine_matrix_not_finite` (an infinite value, or one beyond 1.7e38)
   */
  static fromColumns(names: readonly string[], columns: readonly Column[]): FeatureMatrix {
    checkNames(names);
    if (columns.length !== names.length) {
      throw shapeError(`${names.length} names were given for ${columns.length} columns.`);
    }
    const rowCount = columns[0]?.length ?? 0;
    const kept = columns.map((column, j) => {
      const name = names[j] ?? '';
      if (column.length !== rowCount) {
        throw shapeError(`Column "${name}" has ${column.length} rows, the first column has ${rowCount}.`);
      }
      return column instanceof Float32Array ? column : Float32Array.from(column);
    });
    return new FeatureMatrix([...names], kept, rangesOf(names, kept), rowCount);
  }

  /**
   * Columns that the kernels read where they are, which is the fastest way in: `fill` writes them, each of `rowCount`
   * zeros before. They are shared with worker threads wherever shared memory can be had. Do not write to them later.
   * @throws EngineError as `fromColumns`, and `engine_out_of_memory`
   */
  static allocate(
    names: readonly string[],
    rowCount: number,
    fill: (columns: readonly Float32Array[]) => void,
  ): FeatureMatrix {
    checkNames(names);
    const { memory, columns } = allocateColumns(names.length, rowCount);
    fill(columns);
    return new FeatureMatrix([...names], columns, rangesOf(names, columns), rowCount, memory);
  }

  /**
   * @param rows each as long as `names`
   * @throws EngineError as `fromColumns`
   */
  static fromRows(names: readonly string[], rows: readonly ArrayLike<number>[]): FeatureMatrix {
    checkNames(names);
    const columns = names.map(() => new Float32Array(rows.length));
    rows.forEach((row, i) => {
      if (row.length !== names.length) {
        throw shapeError(`Row ${i} has ${row.length} values, there are ${names.length} names.`);
      }
      for (let j = 0; j < row.length; j++) {
        const column = columns[j];
        if (column) column[i] = row[j] ?? Number.NaN;
      }
    });
    return FeatureMatrix.fromColumns(names, columns);
  }

  /** The values of column `index`, not a copy. */
  column(index: number): Float32Array {
    const column = this.#columns[index];
    if (!column) throw shapeError(`There is no column ${index}; there are ${this.columnCount}.`);
    return column;
  }

  columns(): readonly Float32Array[] {
    return this.#columns;
  }

  /** What lies in column `index`. */
  range(index: number): ColumnRange {
    const range = this.#ranges[index];
    if (!range) throw shapeError(`There is no column ${index}; there are ${this.columnCount}.`);
    return range;
  }

  /** One row's values, in the order of `names`. */
  row(index: number): Float32Array {
    if (!(index >= 0 && index < this.rowCount)) {
      throw shapeError(`There is no row ${index}; there are ${this.rowCount}.`);
    }
    return Float32Array.from(this.#columns, (column) => column[index] ?? Number.NaN);
  }

  /**
   * The same rows with the columns that are named, in that order; nothing is copied.
   * @throws EngineError `engine_feature_missing`
   */
  select(names: readonly string[]): FeatureMatrix {
    checkNames(names);
    if (names.length === this.names.length && names.every((name, j) => name === this.names[j])) return this;
    const places = names.map((name) => {
      const place = this.names.indexOf(name);
      if (place < 0) {
        throw new EngineError('engine_feature_missing', `The matrix has no column "${name}".`, {
          details: { feature: name },
        });
      }
      return place;
    });
    const columns = places.map((place) => this.column(place));
    const ranges = places.map((place) => this.range(place));
    return new FeatureMatrix([...names], columns, ranges, this.rowCount, this.memory);
  }
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw shapeError('A matrix needs at least one column.');
  const seen = new Set<string>();
  for (const name of names) {
    if (name === '') throw shapeError('A column has an empty name.');
    if (seen.has(name)) throw shapeError(`Two columns are named "${name}".`);
    seen.add(name);
  }
}

function rangesOf(names: readonly string[], columns: readonly Float32Array[]): ColumnRange[] {
  return columns.map((column, j) => rangeOf(column, names[j] ?? ''));
}

function rangeOf(column: Float32Array, name: string): ColumnRange {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let known = 0;
  for (let i = 0; i < column.length; i++) {
    const value = column[i] ?? 0;
    // False for NaN, which is a missing value.
    if (value <= greatest && value >= least) known++;
    else if (!Number.isNaN(value)) {
      known++;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  if (Math.max(-least, greatest) > largestValue) {
    const row = column.findIndex((value) => Math.abs(value) > largestValue);
    throw new EngineError('engine_matrix_not_finite', `Column "${name}" is infinite in row ${row}.`, {
      details: { feature: name, row },
    });
  }
  return { least, greatest, missing: known < column.length };
}

function shapeError(message: string): EngineError {
  return new EngineError('engine_matrix_shape', message);
}
