import type { ThreadingOptions } from '../../devices/crew.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { reachOfMatrix } from './complete.ts';
import type { DbscanCluster, DbscanModel } from './dbscan-model.ts';
import { unpackMembers } from './members.ts';
import type { Reached } from './reach-members.ts';

export interface DbscanAssignment {
  /** Cluster of each row; −1 is none. */
  readonly labels: Int32Array;
  /** Distance to the nearest core point of the model, in scaled space; Infinity when there is none. */
  readonly distances: Float32Array;
}

/**
 * Gives players that were not in the fit to its clusters, which stay as they are: each to that of the nearest core
 * point, if it is within reach. The model's features are found in the matrix by name.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_matrix_out_of_range`,
 *   `engine_device_unavailable`, `engine_out_of_memory`, `engine_worker_failed`, `engine_aborted`
 */
export async function assignDbscan(
  model: DbscanModel,
  matrix: FeatureMatrix,
  options: ThreadingOptions = {},
): Promise<DbscanAssignment> {
  throwIfAborted(options.signal);
  const selected = matrix.select(model.features);
  const members = unpackMembers(model.members, model.features.length);
  const reached = await reachOfMatrix(members, 1, selected, model.scaling, options);
  return {
    labels: dbscanLabels(reached, members.clusters, model.clusters),
    distances: Float32Array.from(reached.distances),
  };
}

export function dbscanLabels(
  reached: Reached,
  memberClusters: Int32Array,
  clusters: readonly DbscanCluster[],
): Int32Array {
  return Int32Array.from(reached.members, (member, row) => {
    const label = memberClusters[member] ?? -1;
    const reach = clusters[label]?.reach ?? -1;
    return (reached.distances[row] ?? Number.POSITIVE_INFINITY) <= reach ? label : -1;
  });
}
