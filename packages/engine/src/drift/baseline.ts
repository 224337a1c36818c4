import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { count, float32s, invalid, list, number, object, oneOf, text } from '../models/checks.ts';
import { invalidOption, wholeOption } from '../options.ts';
import { countBins, quantileEdges } from './bins.ts';

/** How the values of one column were spread; counts of rows, and nothing about a single one. */
export interface NumberBaseline {
  readonly name: string;
  readonly kind: 'number';
  /** Ascending float32 values; bin b holds what is at most edge b and more than edge b − 1. */
  readonly edges: readonly number[];
  /** One more than there are edges: the last is of what is more than every edge. */
  readonly counts: readonly number[];
  readonly missing: number;
}

/** The same of labels, such as a clustering's. */
export interface LabelBaseline {
  readonly name: string;
  readonly kind: 'label';
  /** Ascending. */
  readonly labels: readonly number[];
  readonly counts: readonly number[];
}

export type ColumnBaseline = NumberBaseline | LabelBaseline;

/** What `drift` compares with, as plain data; a model's lineage may carry it. */
export interface DriftBaseline {
  readonly version: 1;
  readonly rows: number;
  readonly features: readonly NumberBaseline[];
  /** Of what a model says of those rows: scores by their quantiles, labels each for itself. */
  readonly outputs: readonly ColumnBaseline[];
}

/** As `applyModel` gives them. */
export interface OutputColumn {
  readonly name: string;
  /** Scores, NaN where missing, or labels. */
  readonly values: Float32Array | Int32Array;
}

export interface DriftBaselineOptions {
  /** Bins of equally many rows, as far as equal values allow, at most 1000. Default 10. */
  readonly bins?: number | undefined;
  /** One value a row of the matrix each. */
  readonly outputs?: readonly OutputColumn[] | undefined;
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

const sliceRows = 65536;

/** More than these hold too few rows each to be compared. */
const mostBins = 1000;

/**
 * Keeps how the features, and what a model says of them, are spread: at the training, to be compared with by `drift`.
 * @throws EngineError (as a rejection) `engine_matrix_empty`, `engine_matrix_shape` (an output of another length),
 *   `engine_option_invalid`, `engine_aborted`
 */
export async function driftBaseline(
  matrix: FeatureMatrix,
  options: DriftBaselineOptions = {},
): Promise<DriftBaseline> {
  const bins = wholeOption('bins', options.bins ?? 10, 2);
  if (bins > mostBins) throw invalidOption('bins', `must be at most ${mostBins}`);
  const breathe = createBreather(options.signal);
  await breathe();
  checkRows(matrix, options.outputs);
  const numbers = async (name: string, column: Float32Array): Promise<NumberBaseline> => {
    const edges = await quantileEdges(column, bins, breathe);
    const { counts, missing } = await countNumbers(column, edges, breathe);
    return { name, kind: 'number', edges, counts, missing };
  };
  const features: NumberBaseline[] = [];
  for (const [j, column] of matrix.columns().entries()) {
    features.push(await numbers(matrix.names[j] ?? '', column));
  }
  const outputs: ColumnBaseline[] = [];
  for (const { name, values } of options.outputs ?? []) {
    if (values instanceof Float32Array) {
      outputs.push(await numbers(name, values));
    } else {
      const found = [...(await countLabels(values, breathe))].sort(([a], [b]) => a - b);
      outputs.push({
        name,
        kind: 'label',
        labels: found.map(([label]) => label),
        counts: found.map(([, times]) => times),
      });
    }
  }
  return { version: 1, rows: matrix.rowCount, features, outputs };
}

/** @throws EngineError `engine_matrix_empty`, `engine_matrix_shape` */
export function checkRows(matrix: FeatureMatrix, outputs: readonly OutputColumn[] = []): void {
  if (matrix.rowCount === 0) throw new EngineError('engine_matrix_empty', 'The matrix has no rows.');
  for (const { name, values } of outputs) {
    if (values.length === matrix.rowCount) continue;
    throw new EngineError(
      'engine_matrix_shape',
      `The output "${name}" has ${values.length} values for ${matrix.rowCount} rows.`,
      { details: { feature: name } },
    );
  }
}

export async function countNumbers(
  column: Float32Array,
  edges: readonly number[],
  breathe: () => Promise<void>,
): Promise<{ counts: number[]; missing: number }> {
  const floats = Float32Array.from(edges);
  const counts = new Float64Array(edges.length + 2);
  for (let start = 0; start < column.length; start += sliceRows) {
    countBins(column.subarray(start, start + sliceRows), floats, counts);
    await breathe();
  }
  return { counts: [...counts.subarray(0, -1)], missing: counts.at(-1) ?? 0 };
}

export async function countLabels(
  labels: Int32Array,
  breathe: () => Promise<void>,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (let start = 0; start < labels.length; start += sliceRows) {
    for (const label of labels.subarray(start, start + sliceRows)) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    await breathe();
  }
  return counts;
}

/**
 * Checks a baseline from outside; nothing unknown is kept.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseDriftBaseline(value: unknown, path = 'baseline'): DriftBaseline {
  const baseline = object(value, path);
  if (baseline.version !== 1) throw invalid(`${path}/version`, 'must be 1');
  const rows = count(baseline.rows, `${path}/rows`);
  if (rows === 0) throw invalid(`${path}/rows`, 'must be at least 1');
  const columns = (key: 'features' | 'outputs'): ColumnBaseline[] =>
    list(baseline[key], `${path}/${key}`).map((entry, j) => parseColumn(entry, `${path}/${key}/${j}`, rows));
  return {
    version: 1,
    rows,
    features: columns('features').map((column, j) => {
      if (column.kind !== 'number') throw invalid(`${path}/features/${j}/kind`, 'must be number');
      return column;
    }),
    outputs: columns('outputs'),
  };
}

function parseColumn(value: unknown, path: string, rows: number): ColumnBaseline {
  const column = object(value, path);
  const name = text(column.name, `${path}/name`);
  const kind = oneOf(column.kind, `${path}/kind`, ['number', 'label']);
  const key = kind === 'number' ? 'edges' : 'labels';
  const steps =
    kind === 'number'
      ? float32s(column.edges, `${path}/edges`)
      : list(column.labels, `${path}/labels`).map((label, i) => number(label, `${path}/labels/${i}`));
  steps.forEach((step, i) => {
    if (i > 0 && step <= (steps[i - 1] ?? 0))
      throw invalid(`${path}/${key}/${i}`, 'must be more than the last');
  });
  const length = kind === 'number' ? steps.length + 1 : steps.length;
  const counts = list(column.counts, `${path}/counts`, length).map((entry, i) =>
    count(entry, `${path}/counts/${i}`),
  );
  const missing = kind === 'number' ? count(column.missing, `${path}/missing`) : 0;
  if (counts.reduce((sum, entry) => sum + entry, missing) !== rows) {
    throw invalid(`${path}/counts`, `must come to ${rows} rows`);
  }
  return kind === 'number'
    ? { name, kind, edges: steps, counts, missing }
    : { name, kind, labels: steps, counts };
}
