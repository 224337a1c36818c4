import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { inSlices } from './slices.ts';

/** Rows whose outcome is known. */
export interface Sample {
  /** A feature each; NaN where missing. */
  readonly columns: readonly Float32Array[];
  /** 1 where it happened, 0 where it did not. */
  readonly labels: Uint8Array;
  /** What each row counts for; not negative. */
  readonly weights: Float64Array;
}

/**
 * @param labels 0 or 1 (or a boolean) a row
 * @throws EngineError (as a rejection) `engine_labels_mismatch` (not one a row), `engine_labels_invalid` (another
 *   value), `engine_labels_one_class`, `engine_option_invalid` (weights), `engine_aborted`
 */
export async function createSample(
  matrix: FeatureMatrix,
  labels: ArrayLike<number | boolean>,
  weights: ArrayLike<number> | undefined,
  breathe: () => Promise<void>,
): Promise<Sample> {
  const n = matrix.rowCount;
  if (labels.length !== n) {
    throw new EngineError('engine_labels_mismatch', `${labels.length} labels for ${n} rows.`);
  }
  if (weights && weights.length !== n) throw wrongWeights(`must be ${n} numbers, one a row`);
  const checked = new Uint8Array(n);
  const weighed = new Float64Array(n).fill(1);
  let positives = 0;
  await inSlices(n, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      const given = labels[i];
      // Nothing else becomes a number: null, which JSON makes of NaN, would be a 0.
      const label = typeof given === 'boolean' ? Number(given) : given;
      if (label !== 0 && label !== 1) throw wrongLabel(i, label ?? Number.NaN);
      checked[i] = label;
      positives += label;
      if (!weights) continue;
      const weight = weights[i] ?? Number.NaN;
      if (!(weight >= 0 && weight <= 1e9))
        throw wrongWeights(`must be from 0 to 1e9, not ${weight} in row ${i}`);
      weighed[i] = weight;
    }
  });
  if (positives === 0 || positives === n) {
    throw new EngineError(
      'engine_labels_one_class',
      `Every row has label ${positives === 0 ? 0 : 1}; there is nothing to tell apart.`,
      { details: { rows: n, positives } },
    );
  }
  return { columns: matrix.columns(), labels: checked, weights: weighed };
}

function wrongLabel(row: number, label: number): EngineError {
  return new EngineError('engine_labels_invalid', `Row ${row} has label ${label}; it must be 0 or 1.`, {
    details: { row, label },
  });
}

function wrongWeights(what: string): EngineError {
  return new EngineError('engine_option_invalid', `weights ${what}.`, { details: { option: 'weights' } });
}

/** Some of the rows, in the order given; copied. */
export async function takeRows(
  sample: Sample,
  rows: Uint32Array,
  breathe: () => Promise<void>,
): Promise<Sample> {
  const labels = new Uint8Array(rows.length);
  const weights = new Float64Array(rows.length);
  await inSlices(rows.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      labels[i] = sample.labels[rows[i] ?? 0] ?? 0;
      weights[i] = sample.weights[rows[i] ?? 0] ?? 0;
    }
  });
  return { columns: await takeColumns(sample.columns, rows, breathe), labels, weights };
}

export async function takeColumns(
  columns: readonly Float32Array[],
  rows: Uint32Array,
  breathe: () => Promise<void>,
): Promise<Float32Array[]> {
  const taken: Float32Array[] = [];
  for (const from of columns) {
    const to = new Float32Array(rows.length);
    await inSlices(rows.length, breathe, (start, end) => {
      for (let i = start; i < end; i++) to[i] = from[rows[i] ?? 0] ?? Number.NaN;
    });
    taken.push(to);
  }
  return taken;
}

/** Rows of each class that count for anything, and what those of label 0 and of label 1 weigh. */
export function countClasses({ labels, weights }: Sample): {
  positives: number;
  negatives: number;
  weights: [number, number];
} {
  let positives = 0;
  let negatives = 0;
  const weighed: [number, number] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    if (labels[i] === 1) {
      positives++;
      weighed[1] += weight;
    } else {
      negatives++;
      weighed[0] += weight;
    }
  }
  return { positives, negatives, weights: weighed };
}
