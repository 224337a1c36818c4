import { createBreather } from '../../breathe.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { scaledRowsOf } from '../../neighbours/points.ts';
import { invalidOption, wholeOption } from '../../options.ts';
import { fitScalingInTurns } from '../../scaling.ts';
import { dbscanLabels } from './assign-dbscan.ts';
import { allMembers, keepMembers, reachOfMatrix } from './complete.ts';
import { type ConnectedPoints, connectPoints } from './connect-points.ts';
import type { DbscanModel } from './dbscan-model.ts';
import { type DensityOptions, drawRowsToSee, sizeOption } from './density-options.ts';
import { packMembers } from './members.ts';

export interface DbscanProgress {
  /**
   * `prepare`: statistics and scaling. `count`: neighbours of each row. `link`: core points that are near one another.
   * `assign`: the other rows.
   */
  readonly phase: 'prepare' | 'count' | 'link' | 'assign';
  /** Share of the phase that is done, 0 to 1. */
  readonly share: number;
}

export interface DbscanOptions extends DensityOptions {
  /** Distance in scaled space up to which rows are neighbours; above 0. */
  readonly eps: number;
  /** Neighbours, itself one of them, that make a row a core point. */
  readonly minPoints: number;
  readonly onProgress?: ((progress: DbscanProgress) => void) | undefined;
}

export interface DbscanResult {
  readonly model: DbscanModel;
  /** Cluster of each row, numbered by their first core points; −1 is noise. */
  readonly labels: Int32Array;
  /** 1 for each row that is a core point, else 0. */
  readonly corePoints: Uint8Array;
  /** False when the rows were more than `exactRows`: then clusters are those of a sample. */
  readonly exact: boolean;
  /** Rows whose neighbours were counted. */
  readonly treeRows: number;
}

/**
 * DBSCAN (Ester, Kriegel, Sander & Xu 1996): core points within eps of one another are one cluster. A border point,
 * which the original gives to whichever cluster finds it first, belongs to its nearest core point (of equals the first
 * row), so that nothing depends on the order of rows, on threads or on the device.
 *
 * Of more than `exactRows` rows a sample is clustered, with a `minPoints` smaller by as much (at least 2, if it was);
 * the others go to the nearest core point among these, and none of them counts as one.
 *
 * Memory: beside the matrix some n × (8 × features + 40) bytes, and n × (8 × features + 60) a thread.
 * @throws EngineError (as a rejection) `engine_matrix_empty`, `engine_option_invalid` (also for a `minPoints` above the
 *   number of rows), `engine_feature_missing`, `engine_matrix_out_of_range`, `engine_device_unavailable`,
 *   `engine_out_of_memory`, `engine_worker_failed`, `engine_aborted`
 */
export async function dbscan(matrix: FeatureMatrix, options: DbscanOptions): Promise<DbscanResult> {
  const { eps, minPoints } = options;
  if (!(eps > 0 && eps < Number.POSITIVE_INFINITY)) throw invalidOption('eps', 'must be a number above 0');
  wholeOption('minPoints', minPoints, 1);
  throwIfAborted(options.signal);
  const breathe = createBreather(options.signal);
  const drawn = drawRowsToSee(matrix, options);
  sizeOption('minPoints', minPoints, 1, matrix);
  const report = (phase: DbscanProgress['phase'], share: number): void =>
    options.onProgress?.({ phase, share });
  report('prepare', 0);
  const scaling = await fitScalingInTurns(matrix, options, breathe);
  const rows = await scaledRowsOf(matrix, scaling, breathe, drawn.rows);
  const least = Math.min(minPoints, Math.max(2, Math.round(minPoints * drawn.share)));
  const connected = await connectPoints(rows, eps, least, options, (phase, share) => {
    throwIfAborted(options.signal);
    report(phase, share);
  });
  // Only core points stand for a cluster; for a model none of them has a core distance.
  const cores = connected.labels.map((label, row) => (connected.corePoints[row] === 1 ? label : -1));
  const seen = { rows, labels: cores, cores: new Float64Array(rows.count) };
  const clusterCount = connected.clusterCores.length;
  const reaches = new Array<number>(clusterCount).fill(eps);
  const kept = await keepMembers(seen, connected.labels, reaches, connected.order, 1, options);

  let { labels, corePoints } = connected;
  if (drawn.rows) {
    report('assign', 0);
    const members = allMembers(seen);
    const reached = await reachOfMatrix(members, 1, matrix, scaling, options);
    const within = Array.from({ length: clusterCount }, () => ({ size: 0, cores: 0, reach: eps }));
    labels = dbscanLabels(reached, members.clusters, within);
    corePoints = putBack(labels, connected, drawn.rows);
    report('assign', 1);
  }
  const sizes = new Int32Array(clusterCount);
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const model: DbscanModel = {
    algorithm: 'dbscan',
    version: 1,
    features: [...matrix.names],
    scaling,
    eps,
    minPoints,
    clusters: Array.from(connected.clusterCores, (count, c) => ({
      size: sizes[c] ?? 0,
      cores: count,
      reach: kept.reaches[c] ?? eps,
    })),
    members: packMembers(kept.members),
    rows: matrix.rowCount,
    treeRows: rows.count,
    seed: drawn.seed,
    device: connected.device,
  };
  return { model, labels, corePoints, exact: drawn.rows === undefined, treeRows: rows.count };
}

/** What the drawn rows became among one another. Returns which rows of all are core points. */
function putBack(labels: Int32Array, connected: ConnectedPoints, rows: Int32Array): Uint8Array {
  const corePoints = new Uint8Array(labels.length);
  rows.forEach((row, i) => {
    labels[row] = connected.labels[i] ?? -1;
    corePoints[row] = connected.corePoints[i] ?? 0;
  });
  return corePoints;
}
