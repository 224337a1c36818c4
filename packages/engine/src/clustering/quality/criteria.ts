import { createBreather } from '../../breathe.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { squaredDistance } from '../squared-distance.ts';
import { type Dispersion, dispersions } from './dispersion.ts';
import { labelledRows, type QualityOptions, qualityScaling } from './labelling.ts';

/**
 * The Davies–Bouldin index (Davies & Bouldin, "A cluster separation measure", IEEE PAMI 1979): for each cluster the
 * worst ratio of two clusters' mean distances to their centroids over the distance of the centroids; the mean of
 * those. 0 or more, and less is better. Infinite when two clusters that are not points share a centroid (scikit-learn
 * passes over such a pair).
 * @param labels a cluster for each row; −1 is noise and left out
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_one_cluster`, `engine_k_too_large`,
 *   `engine_matrix_constant`, `engine_aborted`
 */
export async function daviesBouldin(
  matrix: FeatureMatrix,
  labels: Int32Array,
  options: QualityOptions = {},
): Promise<number> {
  const breathe = createBreather(options.signal);
  return daviesBouldinOf(await measure(matrix, labels, options, breathe), breathe);
}

/**
 * The variance ratio (Caliński & Harabasz, "A dendrite method for cluster analysis", 1974): the variance between
 * clusters over that within them, each by its degrees of freedom. More is better; infinite when nothing varies within.
 * @param labels a cluster for each row; −1 is noise and left out
 * @throws EngineError (as a rejection) as `daviesBouldin`
 */
export async function calinskiHarabasz(
  matrix: FeatureMatrix,
  labels: Int32Array,
  options: QualityOptions = {},
): Promise<number> {
  return calinskiHarabaszOf(await measure(matrix, labels, options, createBreather(options.signal)));
}

async function measure(
  matrix: FeatureMatrix,
  labels: Int32Array,
  options: QualityOptions,
  breathe: () => Promise<void>,
): Promise<Dispersion[]> {
  const { members } = await labelledRows(matrix.rowCount, labels, breathe);
  const scaling = await qualityScaling(matrix, options, breathe);
  return dispersions(matrix, scaling, members, breathe);
}

/** A shorter way between two centroids is rounding of the rows. */
const float32Error = 2 ** -24;

export async function daviesBouldinOf(
  clusters: readonly Dispersion[],
  breathe: () => Promise<void>,
): Promise<number> {
  let total = 0;
  for (const own of clusters) {
    let worst = 0;
    for (const other of clusters) {
      const spread = own.meanDistance + other.meanDistance;
      if (other === own || spread === 0) continue;
      const distance = Math.sqrt(squaredDistance(own.centroid, other.centroid));
      worst = Math.max(
        worst,
        distance > spread * float32Error ? spread / distance : Number.POSITIVE_INFINITY,
      );
    }
    total += worst;
    await breathe();
  }
  return total / clusters.length;
}

export function calinskiHarabaszOf(clusters: readonly Dispersion[]): number {
  const rows = clusters.reduce((sum, { size }) => sum + size, 0);
  const mean = new Float64Array(clusters[0]?.centroid.length ?? 0);
  for (const { size, centroid } of clusters) {
    centroid.forEach((value, j) => {
      mean[j] = (mean[j] ?? 0) + (value * size) / rows;
    });
  }
  let between = 0;
  let within = 0;
  for (const { size, centroid, squares } of clusters) {
    between += size * squaredDistance(centroid, mean);
    within += squares;
  }
  if (between === 0) return 0;
  return between / (clusters.length - 1) / (within / (rows - clusters.length));
}
