import { count, invalid, list, object } from '../../models/checks.ts';
import { packFloats, unpackFloats } from '../../models/packed-floats.ts';
import type { ScaledRows } from '../../neighbours/points.ts';

/**
 * Points in scaled space that stand for a model's clusters, without saying whose they are. At most 2,048 of them, or one
 * a cluster: of larger fits every so-manieth of each cluster, so that dense parts keep more of them.
 */
export interface Members {
  /** Cluster of each. */
  readonly clusters: readonly number[];
  /** Base64 of float32, little-endian: members × features. */
  readonly points: string;
  /** The same: the core distance of each. */
  readonly cores: string;
}

/** Members as searches take them; `cores` are squared. */
export interface MemberRows {
  readonly rows: ScaledRows;
  readonly cores: Float64Array;
  readonly clusters: Int32Array;
}

const mostMembers = 2048;

/** A cluster keeps this many at least, if it has them, as long as there is room. */
const leastOfCluster = 16;

export function packMembers({ rows, cores, clusters }: MemberRows): Members {
  const { features, stride, values } = rows;
  const points = new Float32Array(rows.count * features);
  for (let i = 0; i < points.length; i++) {
    points[i] = values[Math.floor(i / features) * stride + (i % features)] ?? 0;
  }
  return {
    clusters: Array.from(clusters),
    points: packFloats(points),
    cores: packFloats(Float32Array.from(cores, Math.sqrt)),
  };
}

export function unpackMembers(members: Members, features: number): MemberRows {
  const total = members.clusters.length;
  const stride = Math.ceil(features / 4) * 4;
  const points = unpackFloats(members.points, 'members/points', total * features);
  const values = new Float32Array(total * stride);
  points.forEach((value, i) => {
    values[Math.floor(i / features) * stride + (i % features)] = value;
  });
  const cores = unpackFloats(members.cores, 'members/cores', total);
  return {
    rows: { features, stride, count: total, values },
    cores: Float64Array.from(cores, (core) => core * core),
    clusters: Int32Array.from(members.clusters),
  };
}

/** @throws EngineError `engine_model_invalid` */
export function parseMembers(value: unknown, features: number, clusterCount: number): Members {
  const members = object(value, 'members');
  const clusters = list(members.clusters, 'members/clusters').map((value, i) => {
    const cluster = count(value, `members/clusters/${i}`);
    if (cluster >= clusterCount) throw invalid(`members/clusters/${i}`, 'must be a cluster of the model');
    return cluster;
  });
  const points = unpackFloats(members.points, 'members/points', clusters.length * features);
  const cores = unpackFloats(members.cores, 'members/cores', clusters.length);
  return { clusters, points: packFloats(points), cores: packFloats(cores) };
}

/**
 * The rows of a fit that a model keeps.
 * @param labels −1 for rows that may not be kept
 * @param order every row once, near ones near one another
 */
export function chooseMembers(labels: Int32Array, clusterCount: number, order: Int32Array): Int32Array {
  const sizes = new Int32Array(clusterCount);
  let total = 0;
  for (const label of labels) {
    if (label < 0) continue;
    sizes[label] = (sizes[label] ?? 0) + 1;
    total++;
  }
  const least = Math.max(1, Math.min(leastOfCluster, Math.floor(mostMembers / 2 / clusterCount)));
  const shared = Math.max(0, mostMembers - least * clusterCount);
  const kept = sizes.map((size) => {
    if (total <= mostMembers) return size;
    return Math.min(size, Math.max(least, Math.floor((size * shared) / total)));
  });
  const passed = new Int32Array(clusterCount);
  return order.filter((row) => {
    const label = labels[row] ?? -1;
    if (label < 0) return false;
    const size = sizes[label] ?? 0;
    const wanted = kept[label] ?? 0;
    const at = passed[label] ?? 0;
    passed[label] = at + 1;
    // Evenly spread over the cluster's rows, `wanted` in all.
    return Math.floor(((at + 1) * wanted) / size) > Math.floor((at * wanted) / size);
  });
}
