import { EngineError } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import { type Scaling, unscaleValue } from '../scaling.ts';

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
  readonly device: KernelDevice;
}

/** The centroids flattened, as kernels and ONNX take them. */
export function flatCentroids(model: KMeansModel): Float32Array {
  return Float32Array.from(model.centroids.flat());
}

/** The centroids in the units of the features: what an average member of each cluster looks like. */
export function centroidsInUnits(model: KMeansModel): number[][] {
  return model.centroids.map((centroid) => centroid.map((value, j) => unscaleValue(model.scaling, j, value)));
}

export function serializeModel(model: KMeansModel): string {
  return JSON.stringify(model);
}

/** @throws EngineError `engine_model_invalid` */
export function deserializeModel(text: string): KMeansModel {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('engine_model_invalid', 'The model is not JSON.', { cause });
  }
  return parseModel(value);
}

/**
 * Checks a model from outside: every list's length, every number, nothing unknown kept.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseModel(value: unknown): KMeansModel {
  const model = object(value, 'model');
  if (model.algorithm !== 'kmeans') throw invalid('algorithm', 'must be "kmeans"');
  if (model.version !== 1) throw invalid('version', 'must be 1');
  const features = list(model.features, 'features').map((name, j) => {
    if (typeof name !== 'string' || name === '') throw invalid(`features/${j}`, 'must be a name');
    return name;
  });
  const width = features.length;
  if (width === 0 || new Set(features).size !== width) throw invalid('features', 'must be different names');
  const k = count(model.k, 'k');
  if (k < 1) throw invalid('k', 'must be at least 1');
  const centroids = list(model.centroids, 'centroids', k).map((row, c) =>
    numbers(row, `centroids/${c}`, width),
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
    device: oneOf(model.device, 'device', ['relaxed', 'simd', 'js']),
  };
}

function parseScaling(value: unknown, width: number): Scaling {
  const scaling = object(value, 'scaling');
  return {
    method: oneOf(scaling.method, 'scaling/method', ['standard', 'robust', 'none']),
    transform: list(scaling.transform, 'scaling/transform', width).map((transform, j) =>
      oneOf(transform, `scaling/transform/${j}`, ['none', 'log1p']),
    ),
    fill: numbers(scaling.fill, 'scaling/fill', width),
    center: numbers(scaling.center, 'scaling/center', width),
    factor: numbers(scaling.factor, 'scaling/factor', width),
  };
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, 'must be an object');
  return { ...value };
}

function list(value: unknown, path: string, length?: number): unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'must be a list');
  if (length !== undefined && value.length !== length) throw invalid(path, `must have ${length} entries`);
  return value;
}

/** Float32 values: others would be rounded on the way to a kernel, and would no longer be what is written. */
function numbers(value: unknown, path: string, length: number): number[] {
  return list(value, path, length).map((entry, j) => {
    const parsed = number(entry, `${path}/${j}`);
    if (Math.fround(parsed) !== parsed) throw invalid(`${path}/${j}`, 'must be a float32');
    return parsed;
  });
}

function number(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(path, 'must be a finite number');
  return value;
}

function count(value: unknown, path: string): number {
  const parsed = number(value, path);
  if (!Number.isInteger(parsed) || parsed < 0) throw invalid(path, 'must be a whole number, not negative');
  return parsed;
}

function oneOf<T extends string | boolean>(value: unknown, path: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(path, `must be one of ${allowed.join(', ')}`);
  return found;
}

function invalid(path: string, what: string): EngineError {
  return new EngineError('engine_model_invalid', `The model is not valid: ${path} ${what}.`, {
    details: { path },
  });
}
