import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportOnnx, FeatureMatrix, kmeans, serializeModel } from '@crmbet/engine';

export const features = 16;
export const clusters = 16;
export const iterations = 20;
export const seed = 20261120;

const names = Array.from({ length: features }, (_, j) => `feature_${j}`);

/** What every contender reads: columns.f32 (a column after the other), init.json, model.json, model.onnx. */
export async function writeData(folder: string, rows: number): Promise<void> {
  const columns = drawColumns(rows);
  const all = new Float32Array(rows * features);
  columns.forEach((column, j) => {
    all.set(column, j * rows);
  });
  await writeFile(join(folder, 'columns.f32'), new Uint8Array(all.buffer));
  const matrix = FeatureMatrix.fromColumns(names, columns);
  const init = Array.from({ length: clusters }, (_, k) =>
    Array.from(matrix.row(Math.floor((k * rows) / clusters))),
  );
  await writeFile(join(folder, 'init.json'), JSON.stringify(init));
  const { model } = await kmeans(matrix, { k: clusters, seed, scaling: 'none', maxIterations: 5 });
  await writeFile(join(folder, 'model.json'), serializeModel(model));
  await writeFile(join(folder, 'model.onnx'), exportOnnx(model));
}

/** @param shared over memory that threads can read where it is */
export async function readMatrix(folder: string, shared: boolean): Promise<FeatureMatrix> {
  const bytes = await readFile(join(folder, 'columns.f32'));
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const rows = all.length / features;
  const columns = names.map((_, j) => {
    const column = shared ? new Float32Array(new SharedArrayBuffer(rows * 4)) : new Float32Array(rows);
    column.set(all.subarray(j * rows, (j + 1) * rows));
    return column;
  });
  return FeatureMatrix.fromColumns(names, columns);
}

/** Round groups whose centers are about as far apart as they are wide. */
function drawColumns(rows: number): Float32Array[] {
  const random = mulberry32(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centers = Array.from({ length: clusters * features }, normal);
  const columns = names.map(() => new Float32Array(rows));
  for (let i = 0; i < rows; i++) {
    const group = Math.floor(random() * clusters);
    columns.forEach((column, j) => {
      column[i] = (centers[group * features + j] ?? 0) + normal();
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
