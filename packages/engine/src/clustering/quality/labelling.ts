import { EngineError } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { fitScalingInTurns, type Scaling } from '../../scaling.ts';

export interface QualityOptions {
  /** A fitted model's, so that distances mean what they mean to the model. Default: `standard`, fitted on the matrix. */
  readonly scaling?: Scaling | undefined;
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The rows of each cluster that has any. */
export interface LabelledRows {
  /** The clusters' labels, ascending. */
  readonly clusters: readonly number[];
  /** Rows of each, ascending. */
  readonly members: readonly Int32Array[];
  /** How many rows have a cluster; the others are noise. */
  readonly rowCount: number;
}

const sliceRows = 65536;

/**
 * @param labels a cluster for each row, not negative, with gaps or without; −1 is noise
 * @throws EngineError (as a rejection) `engine_labels_mismatch` (not one label a row, or one below −1), `engine_one_cluster` (fewer than
 *   two clusters: nothing to tell apart), `engine_k_too_large` (as many clusters as rows: nothing within them)
 */
export async function labelledRows(
  rowCount: number,
  labels: Int32Array,
  breathe: () => Promise<void>,
): Promise<LabelledRows> {
  await breathe();
  if (labels.length !== rowCount) {
    throw new EngineError('engine_labels_mismatch', `${labels.length} labels for ${rowCount} rows.`, {
      details: { labels: labels.length, rows: rowCount },
    });
  }
  const sizes = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? -1;
    if (label < -1) {
      throw new EngineError('engine_labels_mismatch', `Row ${row} has label ${label}; −1 is the lowest.`, {
        details: { row, label },
      });
    }
    if (label >= 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    if (row % sliceRows === 0) await breathe();
  }
  const clusters = [...sizes.keys()].sort((a, b) => a - b);
  const filling = new Map(
    clusters.map((cluster) => [cluster, { rows: new Int32Array(sizes.get(cluster) ?? 0), next: 0 }]),
  );
  for (let row = 0; row < labels.length; row++) {
    const own = filling.get(labels[row] ?? -1);
    if (own) own.rows[own.next++] = row;
    if (row % sliceRows === 0) await breathe();
  }
  const members = [...filling.values()].map(({ rows }) => rows);
  const clustered = members.reduce((sum, rows) => sum + rows.length, 0);
  if (clusters.length < 2) {
    throw new EngineError(
      'engine_one_cluster',
      `The labels name ${clusters.length} clusters; at least two are needed to say how well they are apart.`,
      { details: { clusters: clusters.length } },
    );
  }
  if (clusters.length === clustered) {
    throw new EngineError('engine_k_too_large', `Each of the ${clustered} rows is a cluster of its own.`, {
      details: { k: clusters.length, rows: clustered },
    });
  }
  return { clusters, members, rowCount: clustered };
}

/** @throws EngineError `engine_matrix_constant` when no column varies in scaled space: every distance is 0 */
export async function qualityScaling(
  matrix: FeatureMatrix,
  { scaling }: QualityOptions,
  breathe: () => Promise<void>,
): Promise<Scaling> {
  if (scaling && scaling.factor.length !== matrix.columnCount) {
    throw new EngineError(
      'engine_matrix_shape',
      `The scaling is of ${scaling.factor.length} columns, the matrix has ${matrix.columnCount}.`,
    );
  }
  const used = scaling ?? (await fitScalingInTurns(matrix, {}, breathe));
  const varies = matrix.columns().some((column, j) => (used.factor[j] ?? 0) !== 0 && !isConstant(column));
  if (!varies) throw new EngineError('engine_matrix_constant', 'Every row of the matrix is the same.');
  return used;
}

/** Ends at the first value that differs, which in data that vary is soon. */
function isConstant(column: Float32Array): boolean {
  const first = column[0] ?? Number.NaN;
  return column.every((value) => value === first || (Number.isNaN(value) && Number.isNaN(first)));
}
