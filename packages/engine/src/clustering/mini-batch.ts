import { createBreather } from '../breathe.ts';
import type { Lane } from '../devices/calls.ts';
import { openCrew, type ThreadingOptions, withCrew } from '../devices/crew.ts';
import { loadShares } from '../devices/shares.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { clustersOption, invalidOption, seedOption, wholeOption } from '../options.ts';
import { type Random, seededRandom } from '../random.ts';
import { drawRows, sampleRows, takeRows } from '../sampling.ts';
import { fitScalingInTurns, type Scaling, type ScalingOptions } from '../scaling.ts';
import { batchTotals, learn } from './batches.ts';
import type { KMeansProgress, KMeansResult } from './kmeans.ts';
import { centroidRows, type KMeansModel } from './kmeans-model.ts';
import { predict } from './predict.ts';
import { seedCenters } from './seeding.ts';
import { feedStarved } from './starved.ts';

export interface MiniBatchOptions extends ScalingOptions, ThreadingOptions {
  /** Number of clusters, at most as many as rows. */
  readonly k: number;
  /** Rows that are drawn for each step, at most 1,048,576. Default 1024. */
  readonly batchSize?: number | undefined;
  /** Batches at most. Default 1000. */
  readonly maxIterations?: number | undefined;
  /** Ends after so many batches in which the smoothed inertia did not fall. Default 10. */
  readonly patience?: number | undefined;
  /**
   * A centroid that has weighed less than this share of the heaviest one's rows is starved, and starts again from a row
   * of the batch. Default 0.001: of a few rich players a cluster is kept, of one stray row it is not. 0 never does.
   */
  readonly reassignment?: number | undefined;
  /** A 32-bit integer. Default 1. */
  readonly seed?: number | undefined;
  /** `iteration` counts batches; `inertia` is the smoothed one, for as many rows as the matrix has. */
  readonly onProgress?: ((progress: KMeansProgress) => void) | undefined;
}

/** Of more rows than this one step would hold the thread, and their copies the memory, for too long. */
const mostBatchRows = 2 ** 20;

interface Settings {
  readonly k: number;
  readonly batchSize: number;
  readonly maxIterations: number;
  readonly patience: number;
  readonly reassignment: number;
}

interface Learned {
  readonly centroids: Float64Array;
  readonly weights: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * K-Means from small random batches (Sculley, "Web-scale k-means clustering", WWW 2010): a fraction of the work of
 * `kmeans` for an inertia a few per cent higher. k-means++ on some batches' rows chooses the start. Statistics, and at the
 * end the labels, are of all rows. Only the last pass uses more than one thread.
 *
 * The model carries how much each centroid has weighed, so that `partialFit` goes on where this stopped.
 * @throws EngineError (as a rejection) as `kmeans`
 */
export async function miniBatchKMeans(
  matrix: FeatureMatrix,
  options: MiniBatchOptions,
): Promise<KMeansResult> {
  const settings = check(matrix, options);
  const { k, maxIterations } = settings;
  const seed = seedOption(options.seed ?? 1);
  const report = (phase: KMeansProgress['phase'], iteration: number, inertia: number | null): void =>
    options.onProgress?.({ phase, iteration, maxIterations, inertia, run: 1, runs: 1 });

  throwIfAborted(options.signal);
  report('prepare', 0, null);
  const scaling = await fitScalingInTurns(matrix, options, createBreather(options.signal));
  const { device = options.pool?.device, onNotice, signal } = options;
  const crew = await openCrew({ device, onNotice, signal, threads: 0 }, 0, 1);
  const learned = await withCrew(crew, options.signal, async () => {
    const random = seededRandom(seed);
    const startRows = sampleRows(matrix.rowCount, 3 * Math.max(settings.batchSize, k), random);
    const { shares } = await loadShares(crew, takeRows(matrix, startRows), scaling, k);
    const start = await seedCenters(shares, startRows.length, matrix.columnCount, k, random, (chosen) => {
      throwIfAborted(options.signal);
      report('seed', chosen, null);
    });
    return iterate(crew.lanes, matrix, scaling, start, settings, random, (iteration, inertia) => {
      throwIfAborted(options.signal);
      report('iterate', iteration, inertia);
    });
  });

  const model: KMeansModel = {
    algorithm: 'kmeans',
    version: 1,
    features: [...matrix.names],
    k,
    scaling,
    centroids: centroidRows(Float32Array.from(learned.centroids), matrix.columnCount),
    inertia: 0,
    iterations: learned.iterations,
    converged: learned.converged,
    sizes: [],
    weights: [...learned.weights],
    seed,
    device: crew.device,
  };
  report('finish', learned.iterations, null);
  const { labels, distances } = await predict(model, matrix, options);
  const sizes = new Array<number>(k).fill(0);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  let inertia = 0;
  for (const distance of distances) inertia += distance * distance;
  return { model: { ...model, sizes, inertia }, labels, distances };
}

async function iterate(
  lanes: readonly Lane[],
  matrix: FeatureMatrix,
  scaling: Scaling,
  start: Float32Array,
  settings: Settings,
  random: Random,
  onBatch: (iteration: number, inertia: number) => void,
): Promise<Learned> {
  const { k, batchSize, maxIterations, patience } = settings;
  const centroids = Float64Array.from(start);
  const weights = new Float64Array(k);
  // A memory of some 200 batches, or of as many as see all rows: one batch alone says little.
  const smoothing = Math.min(1, Math.max(0.01, (2 * batchSize) / (matrix.rowCount + 1)));
  let smoothed = Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  let idle = 0;
  let seen = 0;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const batch = takeRows(matrix, drawRows(matrix.rowCount, batchSize, random));
    const totals = await batchTotals(lanes, batch, scaling, k, Float32Array.from(centroids));
    const inertia = totals.inertia / batchSize;
    learn(centroids, weights, totals);
    seen += batchSize;
    // Rare enough that a centroid can gather rows of its own in between.
    if (
      seen >= 10 * k &&
      feedStarved(centroids, weights, batch, scaling, totals.distances, settings.reassignment, random)
    ) {
      seen = 0;
    }
    smoothed = Number.isNaN(smoothed) ? inertia : smoothed + smoothing * (inertia - smoothed);
    onBatch(iteration, smoothed * matrix.rowCount);
    idle = smoothed < least ? 0 : idle + 1;
    least = Math.min(least, smoothed);
    if (idle >= patience) return { centroids, weights, iterations: iteration, converged: true };
  }
  return { centroids, weights, iterations: maxIterations, converged: false };
}

function check(matrix: FeatureMatrix, options: MiniBatchOptions): Settings {
  const { k, batchSize = 1024, maxIterations = 1000, patience = 10, reassignment = 0.001 } = options;
  if (!(reassignment >= 0 && reassignment < 1))
    throw invalidOption('reassignment', 'must be from 0 to less than 1');
  if (batchSize > mostBatchRows) throw invalidOption('batchSize', `must be at most ${mostBatchRows}`);
  return {
    k: clustersOption(k, matrix.rowCount),
    batchSize: wholeOption('batchSize', batchSize, 1),
    maxIterations: wholeOption('maxIterations', maxIterations, 1),
    patience: wholeOption('patience', patience, 1),
    reassignment,
  };
}
