import { createBreather } from '../../breathe.ts';
import { type KernelChoice, selectDevice } from '../../devices/select.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { seedOption, wholeOption } from '../../options.ts';
import { type Random, seededRandom } from '../../random.ts';
import { sampleRows } from '../../sampling.ts';
import { DistanceSums } from './distance-sums.ts';
import { type LabelledRows, labelledRows, type QualityOptions, qualityScaling } from './labelling.ts';

export interface SilhouetteOptions extends QualityOptions {
  /**
   * Rows whose silhouette is worked out, each exactly, against all rows; up to this many rows the result is exact.
   * Default 20,000, and fewer for more rows, so that some 4e8 distances are measured, but never under 1,000. Where
   * there are many clusters it is a little more, so that each has its part.
   */
  readonly sample?: number | undefined;
  /** Of the sample. Default 1. */
  readonly seed?: number | undefined;
  readonly device?: KernelChoice | undefined;
  /** `done` of 1. */
  readonly onProgress?: ((progress: { readonly done: number }) => void) | undefined;
}

export interface ClusterSilhouette {
  readonly cluster: number;
  readonly size: number;
  /** Mean over the cluster's rows, −1 to 1. */
  readonly mean: number;
  /** Of that mean; 0 where every row was worked out. */
  readonly standardError: number;
  /** Rows that were worked out. */
  readonly sampled: number;
}

export interface Silhouette {
  /** Mean over all rows that have a cluster, −1 to 1. */
  readonly mean: number;
  readonly standardError: number;
  readonly clusters: readonly ClusterSilhouette[];
  /** One a row; NaN for noise and for rows that were not sampled. */
  readonly values: Float32Array;
  readonly sampled: number;
}

const exactRows = 20_000;
const leastSample = 1000;
/** What a cluster gets of the sample at least, where the sample is large enough for it. */
const leastOfCluster = 30;

/**
 * Silhouettes (Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", 1987):
 * (b − a) / max(a, b), with a row's mean Euclidean distance a to the others of its cluster, and b to the rows of the
 * nearest other cluster. 0 for a row that is a cluster of its own. 1 is well placed, below 0 nearer to another cluster.
 *
 * Beyond `sample` rows a part of each cluster stands for it: drawn by the seed in proportion to its size, each row's
 * silhouette exact, the standard errors those of stratified sampling without replacement (Cochran, "Sampling
 * Techniques", 1977, ch. 5).
 * @param labels a cluster for each row; −1 is noise: left out, of the distances too
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_one_cluster`, `engine_k_too_large`,
 *   `engine_matrix_constant`, `engine_matrix_out_of_range`, `engine_option_invalid`, `engine_aborted`
 */
export async function silhouette(
  matrix: FeatureMatrix,
  labels: Int32Array,
  options: SilhouetteOptions = {},
): Promise<Silhouette> {
  const random = seededRandom(seedOption(options.seed ?? 1));
  const breathe = createBreather(options.signal);
  const groups = await labelledRows(matrix.rowCount, labels, breathe);
  const scaling = await qualityScaling(matrix, options, breathe);
  const size = wholeOption('sample', options.sample ?? defaultSample(groups.rowCount), 1);
  const samples = sampleClusters(groups, size, random);
  const factory = await selectDevice(options.device);

  const points = concatenate(samples);
  const sums = new DistanceSums(factory.create(), matrix, scaling, points);
  const own = new Float64Array(points.length);
  const nearest = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  let first = 0;
  let done = 0;
  for (const [c, members] of groups.members.entries()) {
    const end = first + (samples[c]?.length ?? 0);
    const distances = await sums.to(members, breathe);
    distances.forEach((sum, i) => {
      // A row is at distance 0 from itself, which is not one of the others.
      if (i >= first && i < end) own[i] = sum / Math.max(1, members.length - 1);
      else nearest[i] = Math.min(nearest[i] ?? 0, sum / members.length);
    });
    first = end;
    done += members.length;
    options.onProgress?.({ done: done / groups.rowCount });
  }
  return summarize(matrix.rowCount, groups, samples, own, nearest);
}

function defaultSample(rowCount: number): number {
  return rowCount <= exactRows ? exactRows : Math.max(leastSample, Math.floor(exactRows ** 2 / rowCount));
}

function sampleClusters({ members, rowCount }: LabelledRows, size: number, random: Random): Int32Array[] {
  if (size >= rowCount) return [...members];
  const least = Math.max(2, Math.min(leastOfCluster, Math.floor(size / members.length / 2)));
  return members.map((rows) => {
    const share = Math.max(least, Math.round((size * rows.length) / rowCount));
    return sampleRows(rows.length, share, random).map((i) => rows[i] ?? 0);
  });
}

function summarize(
  rowCount: number,
  groups: LabelledRows,
  samples: readonly Int32Array[],
  own: Float64Array,
  nearest: Float64Array,
): Silhouette {
  const values = new Float32Array(rowCount).fill(Number.NaN);
  let next = 0;
  const clusters = samples.map((rows, c): ClusterSilhouette => {
    const size = groups.members[c]?.length ?? 0;
    let sum = 0;
    let squares = 0;
    for (const row of rows) {
      const value = size === 1 ? 0 : silhouetteOf(own[next] ?? 0, nearest[next] ?? 0);
      next++;
      values[row] = value;
      sum += value;
      squares += value * value;
    }
    const count = rows.length;
    const mean = sum / count;
    const variance = count > 1 ? Math.max(0, squares - sum * mean) / (count - 1) : 0;
    const standardError = Math.sqrt((variance / count) * (1 - count / size));
    return { cluster: groups.clusters[c] ?? 0, size, mean, standardError, sampled: count };
  });
  let mean = 0;
  let variance = 0;
  for (const cluster of clusters) {
    const share = cluster.size / groups.rowCount;
    mean += share * cluster.mean;
    variance += (share * cluster.standardError) ** 2;
  }
  return { mean, standardError: Math.sqrt(variance), clusters, values, sampled: next };
}

function silhouetteOf(own: number, nearest: number): number {
  const larger = Math.max(own, nearest);
  return larger > 0 ? (nearest - own) / larger : 0;
}

function concatenate(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
