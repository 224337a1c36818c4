import { type Device, devices } from '../../devices/device.ts';
import { type Lineage, parseLineage } from '../../lineage/lineage.ts';
import { count, featureNames, invalid, list, number, object, oneOf } from '../../models/checks.ts';
import { parseScaling, type Scaling } from '../../scaling.ts';
import { type Members, parseMembers } from './members.ts';
import type { ClusterSelectionMethod } from './select-clusters.ts';

/** A cluster of HDBSCAN; distances are in scaled space. */
export interface HdbscanCluster {
  /** Rows at the fit. */
  readonly size: number;
  /** Excess of mass: how long, over 1 / distance, its rows stay together, summed over them. */
  readonly stability: number;
  /** Mutual reachability distance within which a new player belongs to it. */
  readonly reach: number;
  /** That within which the probability is 1. */
  readonly inner: number;
}

/**
 * A fitted HDBSCAN as plain data. It keeps points of the fit, in scaled space and without ids (`Members` says how many):
 * whoever holds the model can tell what some players' features were.
 */
export interface HdbscanModel {
  readonly algorithm: 'hdbscan';
  readonly version: 1;
  readonly features: readonly string[];
  readonly scaling: Scaling;
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly clusterSelectionMethod: ClusterSelectionMethod;
  readonly clusterSelectionEpsilon: number;
  readonly allowSingleCluster: boolean;
  readonly clusters: readonly HdbscanCluster[];
  readonly members: Members;
  /** A new player's core distance is that to so many members. */
  readonly neighbours: number;
  /** Rows of the fit, and those of them that the hierarchy was built from. */
  readonly rows: number;
  readonly treeRows: number;
  readonly seed: number;
  readonly device: Device;
  readonly lineage?: Lineage;
}

/**
 * Checks a model from outside: every list's length, every number, nothing unknown kept.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseHdbscanModel(value: unknown): HdbscanModel {
  const model = object(value, 'model');
  if (model.algorithm !== 'hdbscan') throw invalid('algorithm', 'must be "hdbscan"');
  if (model.version !== 1) throw invalid('version', 'must be 1');
  const features = featureNames(model.features);
  const clusters = list(model.clusters, 'clusters').map((cluster, c) => parseCluster(cluster, c));
  return {
    algorithm: 'hdbscan',
    version: 1,
    features,
    scaling: parseScaling(model.scaling, features.length),
    minClusterSize: count(model.minClusterSize, 'minClusterSize'),
    minSamples: count(model.minSamples, 'minSamples'),
    clusterSelectionMethod: oneOf(model.clusterSelectionMethod, 'clusterSelectionMethod', ['eom', 'leaf']),
    clusterSelectionEpsilon: number(model.clusterSelectionEpsilon, 'clusterSelectionEpsilon'),
    allowSingleCluster: oneOf(model.allowSingleCluster, 'allowSingleCluster', [true, false]),
    clusters,
    members: parseMembers(model.members, features.length, clusters.length),
    neighbours: Math.max(1, count(model.neighbours, 'neighbours')),
    rows: count(model.rows, 'rows'),
    treeRows: count(model.treeRows, 'treeRows'),
    seed: number(model.seed, 'seed'),
    device: oneOf(model.device, 'device', devices),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

function parseCluster(value: unknown, c: number): HdbscanCluster {
  const cluster = object(value, `clusters/${c}`);
  return {
    size: count(cluster.size, `clusters/${c}/size`),
    stability: number(cluster.stability, `clusters/${c}/stability`),
    reach: distance(cluster.reach, `clusters/${c}/reach`),
    inner: distance(cluster.inner, `clusters/${c}/inner`),
  };
}

function distance(value: unknown, path: string): number {
  const parsed = number(value, path);
  if (parsed < 0) throw invalid(path, 'must not be negative');
  return parsed;
}
