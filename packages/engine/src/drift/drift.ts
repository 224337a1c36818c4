import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import {
  type ColumnBaseline,
  checkRows,
  countLabels,
  countNumbers,
  type DriftBaseline,
  type OutputColumn,
} from './baseline.ts';
import { type DriftLevel, driftLevel, populationStability, worstLevel } from './psi.ts';

/** What share of the rows a bin had, and has. */
export interface DriftBin {
  /** Numbers of at most this; null for those above every edge, and for labels. */
  readonly upTo: number | null;
  readonly label: number | null;
  /** 0 to 1; together with the missing ones all bins come to 1. */
  readonly before: number;
  readonly after: number;
}

export interface FeatureDrift {
  readonly name: string;
  readonly kind: 'number' | 'label';
  /** Population stability index, 0 or more. */
  readonly psi: number;
  /** What chance alone stays below in 95 of 100 comparisons of this many rows. */
  readonly chance: number;
  readonly level: DriftLevel;
  readonly missingBefore: number;
  readonly missingAfter: number;
  readonly bins: readonly DriftBin[];
}

export interface Drift {
  readonly rows: number;
  /** The worst of all. */
  readonly level: DriftLevel;
  readonly features: readonly FeatureDrift[];
  readonly outputs: readonly FeatureDrift[];
}

export interface DriftOptions {
  /** What the model says of these rows; each output of the baseline by its name. Without it only features are compared. */
  readonly outputs?: readonly OutputColumn[] | undefined;
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How far today's players have moved from those a model was trained on: the population stability index of each feature
 * and each output, over the bins that the baseline keeps. Missing values are a bin of their own, and so is each label, new
 * ones too. Below 0.1 is `stable`, from 0.25 `major` (Siddiqi, "Credit Risk Scorecards", 2006, ch. 10), and what few rows
 * show by chance alone is `stable` as well.
 * @param matrix columns are found by name
 * @throws EngineError (as a rejection) `engine_matrix_empty`, `engine_matrix_shape`, `engine_feature_missing` (a feature,
 *   or an output where any are given), `engine_option_invalid` (labels where scores were, or the opposite),
 *   `engine_aborted`
 */
export async function drift(
  baseline: DriftBaseline,
  matrix: FeatureMatrix,
  options: DriftOptions = {},
): Promise<Drift> {
  const breathe = createBreather(options.signal);
  await breathe();
  checkRows(matrix, options.outputs);
  const features: FeatureDrift[] = [];
  for (const column of baseline.features) {
    const [values = new Float32Array(0)] = matrix.select([column.name]).columns();
    features.push(await compare(column, values, baseline.rows, breathe));
  }
  const outputs: FeatureDrift[] = [];
  for (const column of options.outputs ? baseline.outputs : []) {
    const output = options.outputs?.find(({ name }) => name === column.name);
    if (!output) {
      throw new EngineError('engine_feature_missing', `There is no output "${column.name}".`, {
        details: { feature: column.name },
      });
    }
    outputs.push(await compare(column, output.values, baseline.rows, breathe));
  }
  const level = worstLevel([...features, ...outputs].map((column) => column.level));
  return { rows: matrix.rowCount, level, features, outputs };
}

async function compare(
  baseline: ColumnBaseline,
  values: Float32Array | Int32Array,
  rowsBefore: number,
  breathe: () => Promise<void>,
): Promise<FeatureDrift> {
  const { name, kind } = baseline;
  if ((kind === 'number') !== values instanceof Float32Array) {
    throw invalidOption(
      `outputs/${name}`,
      `must be ${kind === 'number' ? 'float32 scores' : 'int32 labels'}`,
    );
  }
  const rows = values.length;
  const counted =
    values instanceof Float32Array
      ? await compareNumbers(baseline, values, breathe)
      : await compareLabels(baseline, values, breathe);
  const { psi, chance } = populationStability(
    [...counted.bins.map(({ before }) => before), counted.missingBefore],
    [...counted.bins.map(({ after }) => after), counted.missingAfter],
    rowsBefore,
    rows,
  );
  return {
    name,
    kind,
    psi,
    chance,
    level: driftLevel(psi, chance),
    missingBefore: counted.missingBefore / rowsBefore,
    missingAfter: counted.missingAfter / rows,
    bins: counted.bins.map((bin) => ({ ...bin, before: bin.before / rowsBefore, after: bin.after / rows })),
  };
}

/** Counts, not yet shares. */
interface Counted {
  readonly bins: readonly DriftBin[];
  readonly missingBefore: number;
  readonly missingAfter: number;
}

async function compareNumbers(
  baseline: ColumnBaseline,
  values: Float32Array,
  breathe: () => Promise<void>,
): Promise<Counted> {
  const edges = baseline.kind === 'number' ? baseline.edges : [];
  const now = await countNumbers(values, edges, breathe);
  return {
    bins: now.counts.map((after, b) => ({
      upTo: edges[b] ?? null,
      label: null,
      before: baseline.counts[b] ?? 0,
      after,
    })),
    missingBefore: baseline.kind === 'number' ? baseline.missing : 0,
    missingAfter: now.missing,
  };
}

async function compareLabels(
  baseline: ColumnBaseline,
  values: Int32Array,
  breathe: () => Promise<void>,
): Promise<Counted> {
  const labels = baseline.kind === 'label' ? baseline.labels : [];
  const before = new Map(labels.map((label, i) => [label, baseline.counts[i] ?? 0]));
  const after = await countLabels(values, breathe);
  const all = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  return {
    bins: all.map((label) => ({
      upTo: null,
      label,
      before: before.get(label) ?? 0,
      after: after.get(label) ?? 0,
    })),
    missingBefore: 0,
    missingAfter: 0,
  };
}
