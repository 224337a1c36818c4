/**
 * One measurement in a process of its own: `node contender.ts FOLDER QUESTION WHO THREADS RUNS ROWS FEATURES CLUSTERS`;
 * prints one JSON line.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FeatureMatrix,
  type KernelDevice,
  kmeans,
  openPool,
  parseKMeansModel,
  predict,
  selectDevice,
} from '@crmbet/engine';
import { iterations, readMatrix, seed } from './data.ts';
import { initFile, modelFile } from './shape.ts';

const [folder = '', question = '', who = '', ...numbers] = process.argv.slice(2);
const [threads = 1, runs = 5, rows = 0, features = 0, clusters = 0] = numbers.map(Number);
const shape = { rows, features, clusters };

interface Outcome {
  readonly labels?: Int32Array;
  /** Divides the time: iterations, where they are asked for one by one. */
  readonly parts?: number;
  readonly inertia?: number;
  readonly iterations?: number;
}

const matrix = await readMatrix(folder, shape, who !== 'copied');
const contend = await prepare();
await contend();
const times: number[] = [];
let outcome: Outcome = {};
for (let run = 0; run < runs; run++) {
  const start = performance.now();
  outcome = await contend();
  times.push((performance.now() - start) / 1000 / (outcome.parts ?? 1));
}
times.sort((a, b) => a - b);
if (outcome.labels) await writeFile(join(folder, `labels.${who}.${threads}`), outcome.labels);
const seconds = times[Math.floor(times.length / 2)];
console.log(
  JSON.stringify({ seconds, inertia: outcome.inertia ?? null, iterations: outcome.iterations ?? null }),
);
process.exit(0);

async function readModel(): Promise<ReturnType<typeof parseKMeansModel>> {
  return parseKMeansModel(JSON.parse(await readFile(join(folder, modelFile(shape)), 'utf8')));
}

async function prepare(): Promise<() => Promise<Outcome>> {
  if (who === 'kernel') return kernel();
  if (who === 'onnxruntime-web') return onnxRuntime();
  if (who === 'ml-kmeans') return mlKMeans();
  const device = deviceOf(who);
  const pool = threads > 1 ? await openPool({ threads, device }) : undefined;
  const where = pool ? { pool } : { threads: 0, device };
  if (question === 'predict') {
    const model = await readModel();
    return () => predict(model, matrix, { ...where, distances: false });
  }
  const settings = { k: clusters, seed, scaling: 'none', ...where } as const;
  if (question === 'fit') {
    return async () => {
      const { model } = await kmeans(matrix, settings);
      return { inertia: model.inertia, iterations: model.iterations };
    };
  }
  const init: number[][] = JSON.parse(await readFile(join(folder, initFile(shape)), 'utf8'));
  return async () => {
    // From the first iteration's report to the last one's: loading and scaling happen once a fit.
    const at: number[] = [];
    const start = performance.now();
    const { model } = await kmeans(matrix, {
      ...settings,
      init,
      tolerance: 0,
      maxIterations: iterations,
      onProgress: ({ phase }) => phase === 'iterate' && at.push(performance.now()),
    });
    const whole = performance.now() - start;
    const each = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / (at.length - 1);
    return { parts: whole / each, inertia: model.inertia, iterations: model.iterations };
  };
}

function deviceOf(name: string): KernelDevice | 'auto' {
  if (name === 'engine' || name === 'copied') return 'auto';
  if (name === 'simd' || name === 'js') return name;
  throw new Error(`There is no contender "${name}".`);
}

/** The arithmetic alone: rows packed before the clock starts. */
async function kernel(): Promise<() => Promise<Outcome>> {
  const model = await readModel();
  const instance = (await selectDevice('auto')).create();
  const whole = matrix.rowCount - (matrix.rowCount % 8);
  const panels = 131072;
  const [centroids, halfNorms] = [0, 65536];
  const labels = panels + whole * features * 4;
  instance.reserve(labels + whole * 4);
  const packed = new Float32Array(instance.buffer, panels, whole * features);
  const { center, factor } = model.scaling;
  matrix.columns().forEach((column, j) => {
    for (let i = 0; i < whole; i++)
      packed[(i >> 3) * features * 8 + j * 8 + (i & 7)] =
        ((column[i] ?? 0) - (center[j] ?? 0)) * (factor[j] ?? 0);
  });
  new Float32Array(instance.buffer, centroids, clusters * features).set(model.centroids.flat());
  new Float32Array(instance.buffer, halfNorms, clusters).set(
    model.centroids.map((row) => row.reduce((sum, value) => sum + value * value, 0) / 2),
  );
  return async () => {
    instance.assign(panels, whole / 8, features, centroids, halfNorms, clusters, labels);
    return { labels: new Int32Array(instance.buffer, labels, whole) };
  };
}

/** Straight to the runtime, with the rows as it wants them, and only the labels asked for. */
async function onnxRuntime(): Promise<() => Promise<Outcome>> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(await readFile(join(folder, 'model.onnx')));
  const values = rowMajor(matrix);
  return async () => {
    const labels = new Int32Array(matrix.rowCount);
    const batch = 65536;
    for (let start = 0; start < matrix.rowCount; start += batch) {
      const end = Math.min(start + batch, matrix.rowCount);
      const part = values.subarray(start * features, end * features);
      const input = new ort.Tensor('float32', part, [end - start, features]);
      const { label } = await session.run({ features: input }, ['label']);
      if (!(label?.data instanceof BigInt64Array)) throw new Error('onnxruntime-web gave no labels.');
      for (let i = 0; i < label.data.length; i++) labels[start + i] = Number(label.data[i]);
    }
    return { labels };
  };
}

/** A whole fit, from rows as it wants them. It is written in JavaScript and has one thread. */
async function mlKMeans(): Promise<() => Promise<Outcome>> {
  const { kmeans: fit } = await import('ml-kmeans');
  const values = rowMajor(matrix);
  const all = Array.from({ length: rows }, (_, i) =>
    Array.from(values.subarray(i * features, (i + 1) * features)),
  );
  return async () => {
    const {
      clusters: labels,
      centroids,
      iterations: taken,
    } = fit(all, clusters, {
      seed,
      initialization: 'kmeans++',
      tolerance: 1e-4,
      maxIterations: 300,
    });
    const inertia = all.reduce(
      (sum, row, i) =>
        sum + row.reduce((near, value, j) => near + (value - (centroids[labels[i] ?? 0]?.[j] ?? 0)) ** 2, 0),
      0,
    );
    return { inertia, iterations: taken };
  };
}

function rowMajor(from: FeatureMatrix): Float32Array {
  const values = new Float32Array(from.rowCount * features);
  from.columns().forEach((column, j) => {
    for (let i = 0; i < column.length; i++) values[i * features + j] = column[i] ?? 0;
  });
  return values;
}
