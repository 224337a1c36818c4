import { FeatureMatrix } from '../matrix.ts';
import { simulatePlayers } from './purchases.ts';

/** What every member of the family is given: good, bad and extreme, as data. */

/** Names that the purchase models and RFM look for, and that the others take like any. */
const names = ['frequency', 'recency', 'T', 'monetary'] as const;

type Columns = readonly Float32Array[];

export interface FamilyInput {
  readonly matrix: FeatureMatrix;
  /** A cluster for each row, 0 to 2. */
  readonly clusters: Int32Array;
  /** 0 or 1 for each row, which the features have something to say about. */
  readonly outcomes: Uint8Array;
}

export interface InputCase {
  readonly name: string;
  readonly make: (good: Columns) => FeatureMatrix;
  /** Whether models of it go to ONNX Runtime too, which takes tens of milliseconds to load one. */
  readonly onnx?: true;
}

const good = simulatePlayers({
  players: 240,
  seed: 11,
  bgNbd: { r: 2, alpha: 8, a: 0.8, b: 2.5 },
}).select(names);

function named(columns: Columns): FeatureMatrix {
  return FeatureMatrix.fromColumns(names, columns);
}

/** The same value of `value` in a row's place of every column. */
function each(value: (value: number, row: number, column: number) => number): InputCase['make'] {
  return (columns) => named(columns.map((column, j) => column.map((before, row) => value(before, row, j))));
}

function rows(wanted: readonly number[]): InputCase['make'] {
  return (columns) =>
    named(columns.map((column) => Float32Array.from(wanted, (row) => column[row] ?? Number.NaN)));
}

const largest = 1.7e38;
const missing = Number.NaN;

export const inputCases: readonly InputCase[] = [
  { name: 'players as they are', onnx: true, make: named },
  {
    name: 'a fifth of all values missing',
    onnx: true,
    make: each((value, row, j) => ((row * 7 + j * 3) % 5 === 0 ? missing : value)),
  },
  { name: 'no value in the first column', make: each((value, _, j) => (j === 0 ? missing : value)) },
  { name: 'no value in the last column', make: each((value, _, j) => (j === 3 ? missing : value)) },
  { name: 'no value at all', make: each(() => missing) },
  { name: 'one value in all', make: each((value, row, j) => (row === 3 && j === 1 ? value : missing)) },
  { name: 'a constant first column', make: each((value, _, j) => (j === 0 ? 3 : value)) },
  { name: 'a constant last column', make: each((value, _, j) => (j === 3 ? 3 : value)) },
  { name: 'every column constant', onnx: true, make: each((_, __, j) => [2, 3, 10, 5][j] ?? 0) },
  { name: 'nothing but zeros', make: each(() => 0) },
  { name: 'nothing but negative zeros', make: each(() => -0) },
  {
    name: 'columns that are all the same',
    make: (columns) => named(columns.map(() => columns[2] ?? new Float32Array(0))),
  },
  {
    name: 'two rows again and again',
    onnx: true,
    make: rows(Array.from({ length: 120 }, (_, i) => 4 + (i % 2))),
  },
  { name: 'a row for each cluster but one', make: rows([4, 5]) },
  { name: 'one row', onnx: true, make: rows([4]) },
  { name: 'one row without a value', make: rows([-1]) },
  { name: 'no rows', make: rows([]) },
  { name: 'values of any sign', make: each((value, row) => (row % 2 === 0 ? value : -value)) },
  { name: 'fractions', make: each((value) => value / 3) },
  { name: 'the largest values', onnx: true, make: each((value, _, j) => (j === 0 ? value : largest)) },
  { name: 'the largest values of both signs', make: each((_, row) => (row % 2 === 0 ? largest : -largest)) },
  { name: 'one enormous value', make: each((value, row, j) => (row === 7 && j > 1 ? largest : value)) },
  { name: 'one enormous count', make: each((value, row, j) => (row === 7 && j === 0 ? largest : value)) },
  { name: 'the smallest values', make: each((value, _, j) => (j === 0 ? value : value * 1e-45)) },
  {
    name: 'values that float32 hardly tells apart',
    make: each((value, row, j) => (j === 0 ? value : 1e9 + (row % 3) * 64)),
  },
  { name: 'other columns', make: (columns) => FeatureMatrix.fromColumns(['a', 'b', 'c', 'd'], columns) },
  {
    name: 'one of the columns',
    make: ([first = new Float32Array(0)]) => FeatureMatrix.fromColumns(['frequency'], [first]),
  },
  {
    name: 'columns in another order, and one more',
    make: (columns) =>
      FeatureMatrix.fromColumns(
        ['more', ...names.toReversed()],
        [...columns.slice(0, 1), ...columns.toReversed()],
      ),
  },
  {
    name: 'columns of shared memory',
    make: (columns) =>
      FeatureMatrix.allocate(names, good.rowCount, (places) =>
        places.forEach((place, j) => void place.set(columns[j] ?? [])),
      ),
  },
];

export function familyInput({ make }: InputCase): FamilyInput {
  const matrix = make(good.columns());
  const { rowCount } = matrix;
  const first = matrix.column(0);
  return {
    matrix,
    clusters: Int32Array.from({ length: rowCount }, (_, i) => i % 3),
    // Half follows the first column, half is chance.
    outcomes: Uint8Array.from({ length: rowCount }, (_, i) =>
      i % 2 === 0 ? Number((first[i] ?? 0) > 2) : Number(i % 4 === 1),
    ),
  };
}

export function goodInput(): FamilyInput {
  return familyInput({ name: 'good', make: named });
}

export interface LabelCase {
  readonly name: string;
  readonly make: (length: number) => Int32Array;
}

/** Labels that are wrong, or hardly right. */
export const labelCases: readonly LabelCase[] = [
  { name: 'none', make: () => new Int32Array(0) },
  { name: 'one too few', make: (length) => new Int32Array(length - 1) },
  { name: 'one too many', make: (length) => new Int32Array(length + 1) },
  { name: 'all noise', make: (length) => new Int32Array(length).fill(-1) },
  { name: 'all one cluster', make: (length) => new Int32Array(length) },
  { name: 'a cluster for each row', make: (length) => Int32Array.from({ length }, (_, i) => i) },
  { name: 'below −1', make: (length) => Int32Array.from({ length }, (_, i) => (i % 3) - 2) },
  {
    name: 'the largest',
    make: (length) => Int32Array.from({ length }, (_, i) => (i % 2 === 0 ? 2 ** 31 - 1 : 0)),
  },
  {
    name: 'the least',
    make: (length) => Int32Array.from({ length }, (_, i) => (i % 2 === 0 ? -(2 ** 31) : 0)),
  },
  { name: 'one row alone', make: (length) => Int32Array.from({ length }, (_, i) => Number(i === 0)) },
];

/** Numbers that no option means, and some that are only very large. */
export const badNumbers = [
  -1,
  0,
  0.5,
  -0.5,
  2 ** 31,
  2 ** 32,
  -(2 ** 31) - 1,
  1e300,
  1e-300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
] as const;
