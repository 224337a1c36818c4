import type { LaneRoom } from '../column-memory.ts';
import { openCrew, type ThreadingOptions, withCrew } from '../devices/crew.ts';
import { checkScaledRange } from '../devices/scaled-range.ts';
import { sliceColumns } from '../devices/shares.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { type Scaling, scaleValue } from '../scaling.ts';
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
  checkRange(selected, model.scaling);
  const labels = new Int32Array(rowCount);
  const distances = new Float32Array(wanted ? rowCount : 0);
  const settings = {
    scaling: model.scaling,
    clusters: model.k,
    centroids: flatCentroids(model),
    distances: wanted,
    missing: selected.columns().some((_, j) => selected.range(j).missing),
  };
  const crew = await openCrew(options, rowCount * selected.columnCount * model.k, worthwhileWork);
  await withCrew(crew, options.signal, async () => {
    let next = 0;
    // Slices are short, so that in this thread one lane is as good as many.
    const lanes = crew.remote ? crew.lanes : crew.lanes.slice(0, 1);
    await Promise.all(
      lanes.map(async (lane) => {
        const room = takeRoom(selected, crew.remote);
        const inPlace = selected.memory && room && { memory: selected.memory.memory, room };
        // A worker that did not answer may still be writing there; this thread never is.
        let writing = false;
        try {
          while (next < rowCount) {
            throwIfAborted(options.signal);
            const start = next;
            next = Math.min(start + sliceRows, rowCount);
            const { columns, transfer } = sliceColumns(selected, start, next, crew.remote);
            writing = crew.remote;
            const answer = await lane.call('predict', { ...settings, columns, inPlace }, transfer);
            writing = false;
            labels.set(answer.labels, start);
            if (wanted) distances.set(answer.distances, start);
          }
        } finally {
          if (room && !writing) selected.memory?.giveBack(room);
        }
      }),
    );
  });
  return { labels, distances };
}

/** Of the columns' extremes alone: a kernel that reads them where they are has no time to look. */
function checkRange(matrix: FeatureMatrix, scaling: Scaling): void {
  for (let j = 0; j < matrix.columnCount; j++) {
    const { least, greatest } = matrix.range(j);
    if (least > greatest) continue;
    const largest = Math.max(
      Math.abs(scaleValue(scaling, j, least)),
      Math.abs(scaleValue(scaling, j, greatest)),
    );
    checkScaledRange(largest);
  }
}

/** Where a lane may read the columns as they lie. */
function takeRoom({ memory }: FeatureMatrix, remote: boolean): LaneRoom | undefined {
  return remote && !memory?.shared ? undefined : memory?.takeRoom();
}
