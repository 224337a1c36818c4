import type { ThreadingOptions } from '../../devices/crew.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { reachOfMatrix } from './complete.ts';
import type { HdbscanCluster, HdbscanModel } from './hdbscan-model.ts';
import { unpackMembers } from './members.ts';
import type { Reached } from './reach-members.ts';

export interface HdbscanAssignment {
  /** Cluster of each row; −1 is none. */
  readonly labels: Int32Array;
  /** 0 to 1; 0 for noise. */
  readonly probabilities: Float32Array;
}

/**
 * Gives players that were not in the fit to its clusters, which stay as they are: each to the cluster of the member that
 * it is nearest to by mutual reachability, if that is within the cluster's reach (after McInnes & Healy's
 * approximate_predict). The model's features are found in the matrix by name.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_matrix_out_of_range`,
 *   `engine_device_unavailable`, `engine_out_of_memory`, `engine_worker_failed`, `engine_aborted`
 */
export async function assignHdbscan(
  model: HdbscanModel,
  matrix: FeatureMatrix,
  options: ThreadingOptions = {},
): Promise<HdbscanAssignment> {
  throwIfAborted(options.signal);
  const selected = matrix.select(model.features);
  const members = unpackMembers(model.members, model.features.length);
  const reached = await reachOfMatrix(members, model.neighbours, selected, model.scaling, options);
  return hdbscanAnswers(reached, members.clusters, model.clusters);
}

export function hdbscanAnswers(
  reached: Reached,
  memberClusters: Int32Array,
  clusters: readonly HdbscanCluster[],
): HdbscanAssignment {
  const labels = new Int32Array(reached.members.length).fill(-1);
  const probabilities = new Float32Array(reached.members.length);
  reached.members.forEach((member, row) => {
    const label = memberClusters[member] ?? -1;
    const cluster = clusters[label];
    const distance = reached.distances[row] ?? Number.POSITIVE_INFINITY;
    if (!cluster || distance > cluster.reach) return;
    labels[row] = label;
    probabilities[row] = distance > cluster.inner ? cluster.inner / distance : 1;
  });
  return { labels, probabilities };
}
