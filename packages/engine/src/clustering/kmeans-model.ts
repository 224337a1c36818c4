import { type Device, devices } from '../devices/device.ts';
import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import {
  count,
  featureNames,
  float32s,
  invalid,
  list,
  number,
  numbers,
  object,
  oneOf,
} from '../models/checks.ts';
import { parseScaling, type Scaling, unscaleValue } from '../scaling.ts';

/** A fitted K-Means as plain data: `JSON.stringify` keeps every number, and nothing in it is about one player. */
export interface KMeansModel {
  readonly algorithm: 'kmeans';
  readonly version: 1;
  /** Names of the columns that it was fitted on, in the order of every list here. */
  readonly features: readonly string[];
  readonly k: number;
  readonly scaling: Scaling;
  /** k × features, in scaled space; float32 values. `centroidsInUnits` gives them in the features' own units. */
  readonly centroids: readonly (readonly number[])[];
  /** Sum of squared distances in scaled space. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Rows of each cluster at the fit; 0 is possible when there are fewer than k different rows. */
  readonly sizes: readonly number[];
  readonly seed: number;
  /** What it was fitted on; another device may round a near tie the other way. */
  readonly device: Device;
  /**
   * How many rows each centroid stands for when it goes on learning; of a model that has learned from batches. It need
   * not be whole. Without it `sizes` are.
   */
  readonly weights?: readonly number[];
  readonly lineage?: Lineage;
}

/** The centroids flattened, as kernels and ONNX take them. */
export function flatCentroids(model: KMeansModel): Float32Array {
  return Float32Array.from(model.centroids.flat());
}

/** The opposite: as a model holds them. */
export function centroidRows(flat: Float32Array, width: number): number[][] {
  return Array.from({ length: flat.length / width }, (_, c) =>
    // Adding 0 makes 0 of −0, which JSON would make of it later.
    Array.from(flat.subarray(c * width, (c + 1) * width), (value) => value + 0),
  );
}

/** The centroids in the units of the features: what an average member of each cluster looks like. */
export function centroidsInUnits(model: KMeansModel): number[][] {
  return model.centroids.map((centroid) => centroid.map((value, j) => unscaleValue(model.scaling, j, value)));
}

/**
 * Checks a model from outside: every list's length, every number, nothing unknown kept.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseKMeansModel(value: unknown): KMeansModel {
  const model = object(value, 'model');
  if (model.algorithm !== 'kmeans') throw invalid('algorithm', 'must be "kmeans"');
  if (model.version !== 1) throw invalid('version', 'must be 1');
  const features = featureNames(model.features);
  const width = features.length;
  const k = count(model.k, 'k');
  if (k < 1) throw invalid('k', 'must be at least 1');
  const centroids = list(model.centroids, 'centroids', k).map((row, c) =>
    float32s(row, `centroids/${c}`, width),
  );
  return {
    algorithm: 'kmeans',
    version: 1,
    features,
    k,
    scaling: parseScaling(model.scaling, width),
    centroids,
    inertia: number(model.inertia, 'inertia'),
    iterations: count(model.iterations, 'iterations'),
    converged: oneOf(model.converged, 'converged', [true, false]),
    sizes: list(model.sizes, 'sizes', k).map((size, c) => count(size, `sizes/${c}`)),
    seed: number(model.seed, 'seed'),
    device: oneOf(model.device, 'device', devices),
    ...(model.weights === undefined ? {} : { weights: parseWeights(model.weights, k) }),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

function parseWeights(value: unknown, k: number): number[] {
  return numbers(value, 'weights', k).map((weight, c) => {
    if (weight < 0) throw invalid(`weights/${c}`, 'must not be negative');
    return weight;
  });
}
