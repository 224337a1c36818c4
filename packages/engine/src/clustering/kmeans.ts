import { createBreather } from '../breathe.ts';
import { openCrew, type ThreadingOptions, withCrew } from '../devices/crew.ts';
import { askAll, loadShares } from '../devices/shares.ts';
import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { clustersOption, invalidOption, seedOption, wholeOption } from '../options.ts';
import { seededRandom } from '../random.ts';
import { fitScalingInTurns, type Scaling, type ScalingOptions, scaleValue } from '../scaling.ts';
import { centroidRows, type KMeansModel } from './kmeans-model.ts';
import { type LloydResult, lloyd } from './lloyd.ts';
import { parallelCandidates, seedInParallel } from './parallel-seeding.ts';
import { seedCenters } from './seeding.ts';

export interface KMeansProgress {
  /** `prepare`: statistics and scaling. `seed`: `iteration` of k centers are chosen. `finish`: last labels. */
  readonly phase: 'prepare' | 'seed' | 'iterate' | 'finish';
  readonly iteration: number;
  readonly maxIterations: number;
  /** Sum of squared distances; null until the first iteration. */
  readonly inertia: number | null;
  /** Which start this is, from 1, of how many. */
  readonly run: number;
  readonly runs: number;
}

export interface KMeansOptions extends ScalingOptions, ThreadingOptions {
  /** Number of clusters, at most as many as rows. */
  readonly k: number;
  /** A 32-bit integer; the same seed on the same device gives the same result, whatever `threads` is. Default 1. */
  readonly seed?: number | undefined;
  /** Default 300. */
  readonly maxIterations?: number | undefined;
  /** Relative to the features' mean variance, as in scikit-learn. Default 1e-4; 0 runs until nothing moves. */
  readonly tolerance?: number | undefined;
  /** Starts, of which the one with the least inertia is kept. Default 1. */
  readonly initializations?: number | undefined;
  /**
   * How to start: `k-means++` (default), `k-means||` (fewer rounds, of more work each), or k × features
   * centroids in the units of the matrix.
   */
  readonly init?: 'k-means++' | 'k-means||' | readonly ArrayLike<number>[] | undefined;
  readonly onProgress?: ((progress: KMeansProgress) => void) | undefined;
}

export interface KMeansResult {
  readonly model: KMeansModel;
  /** Cluster of each row, 0 to k − 1. */
  readonly labels: Int32Array;
  /** Euclidean distance of each row to its centroid, in scaled space. */
  readonly distances: Float32Array;
}

/** Multiply-adds of an iteration below which a fit is over before a worker is up. */
const worthwhileWork = 4e6;

/**
 * K-Means: k-means++ or k-means‖ starts, Lloyd's iterations, empty clusters refilled.
 * @throws EngineError (as a rejection) `engine_k_invalid`, `engine_k_too_large`, `engine_option_invalid`,
 *   `engine_matrix_out_of_range`, `engine_device_unavailable`, `engine_out_of_memory`, `engine_worker_failed`,
 *   `engine_aborted`
 */
export async function kmeans(matrix: FeatureMatrix, options: KMeansOptions): Promise<KMeansResult> {
  const checked = check(matrix, options);
  const { k, maxIterations, runs, seed, init } = checked;
  const report = (
    phase: KMeansProgress['phase'],
    run: number,
    iteration: number,
    inertia: number | null,
  ): void => options.onProgress?.({ phase, iteration, maxIterations, inertia, run, runs });

  throwIfAborted(options.signal);
  report('prepare', 1, 0, null);
  const scaling = await fitScalingInTurns(matrix, options, createBreather(options.signal));
  const features = matrix.columnCount;
  const crew = await openCrew(options, matrix.rowCount * features * k, worthwhileWork);
  return withCrew(crew, options.signal, async () => {
    let { shares, squares } = await loadShares(crew, matrix, scaling, k);
    const random = seededRandom(seed);
    let best: LloydResult | undefined;
    for (let run = 1; run <= runs; run++) {
      const onSeed = (chosen: number): void => {
        throwIfAborted(options.signal);
        report('seed', run, chosen, null);
      };
      let start: Float32Array;
      if (typeof init !== 'string') {
        start = scaleInit(scaling, init);
      } else if (init === 'k-means||') {
        const wide = await loadShares(crew, matrix, scaling, parallelCandidates(k));
        start = await seedInParallel(wide.shares, matrix.rowCount, features, k, random, onSeed);
        ({ shares, squares } = await loadShares(crew, matrix, scaling, k));
      } else {
        start = await seedCenters(shares, matrix.rowCount, features, k, random, onSeed);
      }
      const result = await lloyd(shares, start, {
        k,
        features,
        rowCount: matrix.rowCount,
        squares,
        maxIterations,
        tolerance: checked.tolerance,
        onIteration: (iteration, inertia) => {
          throwIfAborted(options.signal);
          report('iterate', run, iteration, inertia);
        },
      });
      if (!best || result.inertia < best.inertia) best = result;
    }
    if (!best) throw invalidOption('initializations', 'must be at least 1');
    report('finish', runs, best.iterations, best.inertia);
    const answers = await askAll(shares, 'finish', { centroids: best.centroids });
    throwIfAborted(options.signal);
    const labels = new Int32Array(matrix.rowCount);
    const distances = new Float32Array(matrix.rowCount);
    const sizes = new Array<number>(k).fill(0);
    let inertia = 0;
    answers.forEach((answer, i) => {
      labels.set(answer.labels, shares[i]?.firstRow);
      distances.set(answer.distances, shares[i]?.firstRow);
      for (const part of answer.inertias) inertia += part;
    });
    for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
    const model: KMeansModel = {
      algorithm: 'kmeans',
      version: 1,
      features: [...matrix.names],
      k,
      scaling,
      centroids: centroidRows(best.centroids, features),
      inertia,
      iterations: best.iterations,
      converged: best.converged,
      sizes,
      seed,
      device: crew.device,
    };
    return { model, labels, distances };
  });
}

function check(
  matrix: FeatureMatrix,
  options: KMeansOptions,
): {
  k: number;
  seed: number;
  maxIterations: number;
  tolerance: number;
  runs: number;
  init: NonNullable<KMeansOptions['init']>;
} {
  const { tolerance = 1e-4, init = 'k-means++' } = options;
  if (!(tolerance >= 0)) throw invalidOption('tolerance', 'must not be negative');
  const checked = {
    k: clustersOption(options.k, matrix.rowCount),
    seed: seedOption(options.seed ?? 1),
    maxIterations: wholeOption('maxIterations', options.maxIterations ?? 300, 1),
    tolerance,
    init,
    runs: wholeOption('initializations', options.initializations ?? 1, 1),
  };
  if (typeof init === 'string') {
    if (init !== 'k-means++' && init !== 'k-means||')
      throw invalidOption('init', 'must be k-means++, k-means|| or centroids');
    return checked;
  }
  if (init.length !== checked.k || init.some((row) => row.length !== matrix.columnCount)) {
    throw invalidOption('init', `must be ${checked.k} rows of ${matrix.columnCount} numbers`);
  }
  // A given start has no chance in it: once is enough.
  return { ...checked, runs: 1 };
}

function scaleInit(scaling: Scaling, init: readonly ArrayLike<number>[]): Float32Array {
  return Float32Array.from(
    init.flatMap((row) =>
      Array.from(row, (value, j) => {
        const scaled = scaleValue(scaling, j, value);
        if (!Number.isFinite(value) || !Number.isFinite(scaled))
          throw invalidOption('init', 'must be finite numbers');
        return scaled;
      }),
    ),
  );
}
