import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportOnnx, FeatureMatrix, kmeans, serializeModel } from '@crmbet/engine';
import { initFile, modelFile, mostFeatures, type Shape } from './shape.ts';

export const iterations = 20;
export const seed = 20261120;
const groups = 16;

const namesOf = (features: number): string[] => Array.from({ length: features }, (_, j) => `feature_${j}`);

/**
 * What every contender reads: columns.f32 (a column after the other, for as many features as any shape has), and for
 * each shape centroids to start from and a model, for the main one as ONNX too.
 */
export async function writeData(folder: string, shapes: readonly Shape[], main: Shape): Promise<void> {
  const rows = Math.max(...shapes.map((shape) => shape.rows));
  const columns = drawColumns(rows);
  const all = new Float32Array(rows * mostFeatures);
  columns.forEach((column, j) => {
    all.set(column, j * rows);
  });
  await writeFile(join(folder, 'columns.f32'), new Uint8Array(all.buffer));
  await writeFile(join(folder, 'rows.json'), JSON.stringify(rows));
  // A model is one for all numbers of rows.
  const models = new Map(shapes.map((shape) => [modelFile(shape), shape]));
  for (const shape of models.values()) {
    const { features, clusters } = shape;
    const sample = columns.slice(0, features).map((column) => column.subarray(0, 100_000));
    const matrix = FeatureMatrix.fromColumns(namesOf(features), sample);
    const init = Array.from({ length: clusters }, (_, k) =>
      Array.from(matrix.row(Math.floor((k * matrix.rowCount) / clusters))),
    );
    await writeFile(join(folder, initFile(shape)), JSON.stringify(init));
    const { model } = await kmeans(matrix, { k: clusters, seed, scaling: 'none', maxIterations: 5 });
    await writeFile(join(folder, modelFile(shape)), serializeModel(model));
    if (modelFile(shape) === modelFile(main)) await writeFile(join(folder, 'model.onnx'), exportOnnx(model));
  }
}

/**
 * The shape's rows and features. `allocated`: where the kernels read them, as scikit-learn has its rows ready in the
 * order that it wants; else in ordinary arrays, which the engine copies.
 */
export async function readMatrix(folder: string, shape: Shape, allocated: boolean): Promise<FeatureMatrix> {
  const fileRows: number = JSON.parse(await readFile(join(folder, 'rows.json'), 'utf8'));
  const columns: Float32Array[] = [];
  const file = await open(join(folder, 'columns.f32'));
  for (let j = 0; j < shape.features; j++) {
    const column = new Float32Array(shape.rows);
    await file.read(new Uint8Array(column.buffer), 0, shape.rows * 4, j * fileRows * 4);
    columns.push(column);
  }
  await file.close();
  const names = namesOf(shape.features);
  if (!allocated) return FeatureMatrix.fromColumns(names, columns);
  return FeatureMatrix.allocate(names, shape.rows, (targets) => {
    targets.forEach((target, j) => {
      target.set(columns[j] ?? []);
    });
  });
}

/** Round groups whose centers are about as far apart as they are wide. */
function drawColumns(rows: number): Float32Array[] {
  const random = mulberry32(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centers = Array.from({ length: groups * mostFeatures }, normal);
  const columns = Array.from({ length: mostFeatures }, () => new Float32Array(rows));
  for (let i = 0; i < rows; i++) {
    const group = Math.floor(random() * groups);
    columns.forEach((column, j) => {
      column[i] = (centers[group * mostFeatures + j] ?? 0) + normal();
    });
  }
  return columns;
}

/** mulberry32 (Tommy Ettinger, public domain): good enough to draw test data. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
