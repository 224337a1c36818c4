import { createBreather } from '../../breathe.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { scaledRowsOf } from '../../neighbours/points.ts';
import { invalidOption, wholeOption } from '../../options.ts';
import { fitScalingInTurns } from '../../scaling.ts';
import { hdbscanAnswers } from './assign-hdbscan.ts';
import { allMembers, keepMembers, reachOfMatrix, type Seen } from './complete.ts';
import type { CondensedTree } from './condensed-tree.ts';
import { type DensityOptions, drawRowsToSee, sizeOption } from './density-options.ts';
import type { HdbscanCluster, HdbscanModel } from './hdbscan-model.ts';
import { densityHierarchy } from './hierarchy.ts';
import { packMembers } from './members.ts';
import { type Membership, membershipOf } from './membership.ts';
import { type ClusterSelectionMethod, selectClusters } from './select-clusters.ts';

export interface HdbscanProgress {
  /**
   * `prepare`: statistics and scaling. `neighbours`: core distances. `tree`: the minimum spanning tree. `clusters`: the
   * hierarchy and what is chosen from it. `assign`: rows that were not drawn.
   */
  readonly phase: 'prepare' | 'neighbours' | 'tree' | 'clusters' | 'assign';
  /** Share of the phase that is done, 0 to 1. */
  readonly share: number;
}

export interface HdbscanOptions extends DensityOptions {
  /** Rows that a group must have to be a cluster; at least 2. */
  readonly minClusterSize: number;
  /**
   * A row's core distance is that to its so-many nearest, itself the first; more makes more of the sparse rows noise.
   * Default `minClusterSize`.
   */
  readonly minSamples?: number | undefined;
  /** Default `eom`. */
  readonly clusterSelectionMethod?: ClusterSelectionMethod | undefined;
  /** Clusters nearer to one another than this, in scaled space, are not told apart. Default 0. */
  readonly clusterSelectionEpsilon?: number | undefined;
  /**
   * Whether everything may be one cluster; then every row belongs to it, or, with an epsilon, those that hang together
   * within it. Default false.
   */
  readonly allowSingleCluster?: boolean | undefined;
  readonly onProgress?: ((progress: HdbscanProgress) => void) | undefined;
}

export interface HdbscanResult {
  readonly model: HdbscanModel;
  /** Cluster of each row, numbered by their first rows; −1 is noise. */
  readonly labels: Int32Array;
  /** 0 to 1: how near to the densest of its cluster a row stays; 0 for noise. */
  readonly probabilities: Float32Array;
  /** GLOSH, 0 to 1: how much less dense a row is than the densest of the cluster that it leaves last. */
  readonly outlierScores: Float32Array;
  /** False when the rows were more than `exactRows`: then clusters are those of a sample. */
  readonly exact: boolean;
  /** Rows that the hierarchy was built from. */
  readonly treeRows: number;
}

/**
 * HDBSCAN (Campello, Moulavi & Sander 2013; Campello et al. 2015 for the outlier scores; McInnes & Healy 2017): clusters
 * of any shape and density, and noise. Labels do not depend on threads or device: distances are compared in float64,
 * and joins at the same distance happen at once.
 *
 * Of more than `exactRows` rows a sample is clustered, with a `minClusterSize` smaller by as much (at least 2); the
 * others go to the cluster whose sampled rows they are nearest to by mutual reachability, and their outlier score is
 * 1 − probability.
 *
 * Memory: beside the matrix some n × (8 × features + 12 × neighbours + 150) bytes, and n × (8 × features + 60) a thread.
 * @throws EngineError (as a rejection) `engine_matrix_empty`, `engine_option_invalid` (also for a `minClusterSize` or
 *   `minSamples` above the number of rows), `engine_feature_missing`, `engine_matrix_out_of_range`,
 *   `engine_device_unavailable`, `engine_out_of_memory`, `engine_worker_failed`, `engine_aborted`
 */
export async function hdbscan(matrix: FeatureMatrix, options: HdbscanOptions): Promise<HdbscanResult> {
  const settings = check(matrix, options);
  const { selection } = settings;
  const report = (phase: HdbscanProgress['phase'], share: number): void =>
    options.onProgress?.({ phase, share });
  throwIfAborted(options.signal);
  const breathe = createBreather(options.signal);
  const drawn = drawRowsToSee(matrix, options);
  const minClusterSize = Math.max(2, Math.round(settings.minClusterSize * drawn.share));
  report('prepare', 0);
  const scaling = await fitScalingInTurns(matrix, options, breathe);
  const rows = await scaledRowsOf(matrix, scaling, breathe, drawn.rows);
  const minSamples = Math.min(settings.minSamples, rows.count);
  const hierarchy = await densityHierarchy(rows, minClusterSize, minSamples, options, (phase, share) => {
    throwIfAborted(options.signal);
    report(phase, share);
  });
  const { tree, cores, order, device } = hierarchy;
  const membership = membershipOf(tree, selectClusters(tree, selection), selection.epsilon);
  const seen: Seen = { rows, labels: membership.labels, cores };
  const found = clustersOf(tree, membership, selection.epsilon);
  const neighbours = Math.max(1, minSamples - 1);
  const reaches = found.map(({ reach }) => reach);
  const kept = await keepMembers(seen, membership.labels, reaches, order, neighbours, options);

  let answer: Pick<HdbscanResult, 'labels' | 'probabilities' | 'outlierScores'> = membership;
  if (drawn.rows) {
    report('assign', 0);
    const members = allMembers(seen);
    const reached = await reachOfMatrix(members, neighbours, matrix, scaling, options);
    const { labels, probabilities } = hdbscanAnswers(reached, members.clusters, found);
    answer = { labels, probabilities, outlierScores: probabilities.map((p) => 1 - p) };
    putBack(answer, membership, drawn.rows);
    report('assign', 1);
  }
  const sizes = new Int32Array(found.length);
  for (const label of answer.labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const model: HdbscanModel = {
    algorithm: 'hdbscan',
    version: 1,
    features: [...matrix.names],
    scaling,
    minClusterSize: settings.minClusterSize,
    minSamples: settings.minSamples,
    clusterSelectionMethod: selection.method,
    clusterSelectionEpsilon: selection.epsilon,
    allowSingleCluster: selection.allowSingleCluster,
    clusters: found.map((cluster, c) => ({
      ...cluster,
      size: sizes[c] ?? 0,
      reach: kept.reaches[c] ?? cluster.reach,
    })),
    members: packMembers(kept.members),
    neighbours: kept.neighbours,
    rows: matrix.rowCount,
    treeRows: rows.count,
    seed: drawn.seed,
    device,
  };
  const { labels, probabilities, outlierScores } = answer;
  return {
    model,
    labels,
    probabilities,
    outlierScores,
    exact: drawn.rows === undefined,
    treeRows: rows.count,
  };
}

interface Settings {
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly selection: { method: ClusterSelectionMethod; epsilon: number; allowSingleCluster: boolean };
}

function check(matrix: FeatureMatrix, options: HdbscanOptions): Settings {
  const {
    minClusterSize,
    minSamples = minClusterSize,
    clusterSelectionMethod: method = 'eom',
    clusterSelectionEpsilon: epsilon = 0,
    allowSingleCluster = false,
  } = options;
  wholeOption('minClusterSize', minClusterSize, 2);
  wholeOption('minSamples', minSamples, 1);
  if (matrix.rowCount > 0) {
    sizeOption('minClusterSize', minClusterSize, 2, matrix);
    sizeOption('minSamples', minSamples, 1, matrix);
  }
  if (method !== 'eom' && method !== 'leaf') {
    throw invalidOption('clusterSelectionMethod', 'must be "eom" or "leaf"');
  }
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
    throw invalidOption('clusterSelectionEpsilon', 'must be a number of at least 0');
  }
  return { minClusterSize, minSamples, selection: { method, epsilon, allowSingleCluster } };
}

/** A new player belongs to a cluster where it would have split off with it, not before. */
const beforeSplit = 1 - 2 ** -40;

function clustersOf(tree: CondensedTree, membership: Membership, epsilon: number): HdbscanCluster[] {
  // Where everything is one cluster, it reaches as far as its farthest row.
  const least = tree.lambdas.reduce((a, b) => Math.min(a, b), tree.largestLambda);
  const widest = epsilon > 0 ? epsilon : 1 / least;
  return membership.nodes.map((node) => {
    const birth = tree.births[node] ?? 0;
    const death = Math.min(tree.deaths[node] ?? 0, tree.largestLambda);
    return {
      size: 0,
      stability: tree.stabilities[node] ?? 0,
      reach: birth > 0 ? beforeSplit / birth : widest,
      inner: death > 0 ? 1 / death : 0,
    };
  });
}

/** What the drawn rows became in the hierarchy itself. */
function putBack(
  answer: Pick<HdbscanResult, 'labels' | 'probabilities' | 'outlierScores'>,
  membership: Membership,
  rows: Int32Array,
): void {
  rows.forEach((row, i) => {
    answer.labels[row] = membership.labels[i] ?? -1;
    answer.probabilities[row] = membership.probabilities[i] ?? 0;
    answer.outlierScores[row] = membership.outlierScores[i] ?? 0;
  });
}
