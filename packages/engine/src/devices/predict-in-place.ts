import type { LaneRoom } from '../column-memory.ts';
import { type Kernel, panelRows } from '../kernels/kernel.ts';
import type { LaneCalls } from './calls.ts';
import { pairedClusters, writeCentroids } from './centroids.ts';

/** Labels written before they are copied out: they stay in the cache. */
const rowsAtOnce = 8192;

/**
 * The labels of columns that lie in the kernel's own memory, with no value copied. Undefined where that cannot be: a
 * column is transformed, they do not lie evenly, or the model is too large for the room.
 */
export function predictInPlace(
  kernel: Kernel,
  input: LaneCalls['predict']['input'],
  room: LaneRoom,
): Int32Array | undefined {
  const { columns, scaling, centroids } = input;
  const features = columns.length;
  const [first] = columns;
  const columnBytes = evenly(columns);
  if (!first || columnBytes === undefined || scaling.transform.includes('log1p')) return undefined;
  const rows = first.length;
  const paired = pairedClusters(input.clusters);
  let end = room.start;
  const take = (words: number): number => {
    const start = end;
    end = Math.ceil((start + words * 4) / 64) * 64;
    return start;
  };
  const at = {
    fills: take(features),
    centers: take(features),
    factors: take(features),
    centroids: take(paired * features),
    halfNorms: take(paired),
    scratch: take(features * panelRows),
    labels: take(rowsAtOnce),
  };
  if (end > room.start + room.bytes) return undefined;
  new Float32Array(kernel.buffer, at.fills, features).set(scaling.fill);
  new Float32Array(kernel.buffer, at.centers, features).set(scaling.center);
  new Float32Array(kernel.buffer, at.factors, features).set(scaling.factor);
  writeCentroids(kernel, at, centroids, features);
  const labels = new Int32Array(rows);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - start);
    kernel.assignColumns(
      first.byteOffset + start * 4,
      columnBytes,
      Math.ceil(count / panelRows),
      features,
      input.missing ? 1 : 0,
      at.fills,
      at.centers,
      at.factors,
      at.centroids,
      at.halfNorms,
      paired,
      at.labels,
      at.scratch,
    );
    labels.set(new Int32Array(kernel.buffer, at.labels, count), start);
  }
  return labels;
}

/** Bytes from one column to the next, where that is the same for all. */
function evenly(columns: readonly Float32Array[]): number | undefined {
  const starts = columns.map((column) => column.byteOffset);
  const step = (starts[1] ?? 0) - (starts[0] ?? 0);
  const even = starts.every((start, j) => start === (starts[0] ?? 0) + j * step);
  return even && step >= 0 ? step : columns.length === 1 ? 0 : undefined;
}
