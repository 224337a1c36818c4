import { type Device, devices } from '../../devices/device.ts';
import { type Lineage, parseLineage } from '../../lineage/lineage.ts';
import { count, featureNames, invalid, list, number, object, oneOf } from '../../models/checks.ts';
import { parseScaling, type Scaling } from '../../scaling.ts';
import { type Members, parseMembers } from './members.ts';

/** A cluster of DBSCAN. */
export interface DbscanCluster {
  /** Rows at the fit, and how many of them are core points. */
  readonly size: number;
  readonly cores: number;
  /**
   * Distance to the nearest core point, in scaled space, within which a new player belongs to it: eps, or more where
   * the model does not keep every core point.
   */
  readonly reach: number;
}

/**
 * A fitted DBSCAN as plain data. It keeps core points of the fit, in scaled space and without ids (`Members` says how
 * many): whoever holds the model can tell what some players' features were.
 */
export interface DbscanModel {
  readonly algorithm: 'dbscan';
  readonly version: 1;
  readonly features: readonly string[];
  readonly scaling: Scaling;
  readonly eps: number;
  readonly minPoints: number;
  readonly clusters: readonly DbscanCluster[];
  /** Core points; their core distances are 0. */
  readonly members: Members;
  /** Rows of the fit, and those of them whose neighbours were counted. */
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
export function parseDbscanModel(value: unknown): DbscanModel {
  const model = object(value, 'model');
  if (model.algorithm !== 'dbscan') throw invalid('algorithm', 'must be "dbscan"');
  if (model.version !== 1) throw invalid('version', 'must be 1');
  const features = featureNames(model.features);
  const clusters = list(model.clusters, 'clusters').map((value, c): DbscanCluster => {
    const cluster = object(value, `clusters/${c}`);
    return {
      size: count(cluster.size, `clusters/${c}/size`),
      cores: count(cluster.cores, `clusters/${c}/cores`),
      reach: number(cluster.reach, `clusters/${c}/reach`),
    };
  });
  return {
    algorithm: 'dbscan',
    version: 1,
    features,
    scaling: parseScaling(model.scaling, features.length),
    eps: number(model.eps, 'eps'),
    minPoints: count(model.minPoints, 'minPoints'),
    clusters,
    members: parseMembers(model.members, features.length, clusters.length),
    rows: count(model.rows, 'rows'),
    treeRows: count(model.treeRows, 'treeRows'),
    seed: number(model.seed, 'seed'),
    device: oneOf(model.device, 'device', devices),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}
