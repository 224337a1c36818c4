import { openCrew, type ThreadingOptions, withCrew } from '../devices/crew.ts';
import { sliceColumns } from '../devices/shares.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { flatCentroids, type KMeansModel } from './kmeans-model.ts';

export interface PredictOptions extends ThreadingOptions {
  /** Default true. Without them `distances` is empty and labels come faster. */
  readonly distances?: boolean | undefined;
}

export interface Prediction {
  /** Cluster of each row, 0 to k − 1; of equally near ones the first. */
  readonly labels: Int32Array;
  /** Euclidean distance of each row to its centroid, in the model's scaled space. */
  readonly distances: Float32Array;
}

/** Rows that a lane takes at a time: a few milliseconds, so that an abort or a frame need not wait. */
const sliceRows = 65536;

/** Multiply-adds; a core does some 1e10 a second and a worker takes some 50 ms to start. */
const worthwhileWork = 2e9;

/**
 * The nearest centroid of each row. The model's features are found in the matrix by name.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_matrix_out_of_range`,
 *   `engine_device_unavailable`, `engine_out_of_memory`, `engine_worker_failed`, `engine_aborted`
 */
export async function predict(
  model: KMeansModel,
  matrix: FeatureMatrix,
  options: PredictOptions = {},
): Promise<Prediction> {
  const selected = matrix.select(model.features);
  const wanted = options.distances ?? true;
  const rowCount = selected.rowCount;
  const labels = new Int32Array(rowCount);
  const distances = new Float32Array(wanted ? rowCount : 0);
  const settings = {
    scaling: model.scaling,
    clusters: model.k,
    centroids: flatCentroids(model),
    distances: wanted,
  };
  const crew = await openCrew(options, rowCount * selected.columnCount * model.k, worthwhileWork);
  await withCrew(crew, options.signal, async () => {
    let next = 0;
    await Promise.all(
      crew.lanes.map(async (lane) => {
        while (next < rowCount) {
          throwIfAborted(options.signal);
          const start = next;
          next = Math.min(start + sliceRows, rowCount);
          const { columns, transfer } = sliceColumns(selected, start, next, crew.remote);
          const answer = await lane.call('predict', { ...settings, columns }, transfer);
          labels.set(answer.labels, start);
          if (wanted) distances.set(answer.distances, start);
        }
      }),
    );
  });
  return { labels, distances };
}
