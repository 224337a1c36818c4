import type { FeatureMatrix } from '../matrix.ts';
import type { Scaling } from '../scaling.ts';
import type { Lane, LaneCalls, LaneMethod } from './calls.ts';
import type { Crew } from './crew.ts';

const mostChunks = 64;
const leastChunkRows = 2048;

/** One lane's chunks of the rows. */
export interface Share {
  readonly lane: Lane;
  readonly firstRow: number;
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/**
 * Cuts the rows into chunks that depend on nothing but their number, gives each lane a run of chunks, and loads them.
 * What the shares answer, one after another, is in the order of the rows whatever the number of lanes.
 */
export async function loadShares(
  crew: Crew,
  matrix: FeatureMatrix,
  scaling: Scaling,
  clusters: number,
): Promise<{ shares: Share[]; squares: number }> {
  const chunkRows = Math.max(leastChunkRows, Math.ceil(matrix.rowCount / mostChunks / 8) * 8);
  const chunkCount = Math.ceil(matrix.rowCount / chunkRows);
  const laneCount = Math.min(crew.lanes.length, chunkCount);
  const shares = crew.lanes.slice(0, laneCount).map((lane, i): Share => {
    const firstChunk = Math.floor((i * chunkCount) / laneCount);
    const endChunk = Math.floor(((i + 1) * chunkCount) / laneCount);
    return { lane, firstRow: firstChunk * chunkRows, firstChunk, chunkCount: endChunk - firstChunk };
  });
  const loaded = await Promise.all(
    shares.map(({ lane, firstRow, chunkCount: chunks }) => {
      const end = Math.min(firstRow + chunks * chunkRows, matrix.rowCount);
      const { columns, transfer } = sliceColumns(matrix, firstRow, end, crew.remote);
      return lane.call('load', { columns, scaling, clusters, chunkRows }, transfer);
    }),
  );
  let squares = 0;
  for (const share of loaded) for (const square of share.squares) squares += square;
  return { shares, squares };
}

/** The same question to every share; the answers in the order of the rows. */
export function askAll<M extends LaneMethod>(
  shares: readonly Share[],
  method: M,
  input: LaneCalls[M]['input'],
): Promise<LaneCalls[M]['output'][]> {
  return Promise.all(shares.map(({ lane }) => lane.call(method, input)));
}

/**
 * Rows `start` to `end` of each column: views, or, for another thread, copies in one buffer that can be moved there.
 * Columns over shared memory are views for every thread.
 */
export function sliceColumns(
  matrix: FeatureMatrix,
  start: number,
  end: number,
  remote: boolean,
): { columns: Float32Array[]; transfer: ArrayBuffer[] } {
  const views = matrix.columns().map((column) => column.subarray(start, end));
  if (!remote || views.every(isShared)) return { columns: views, transfer: [] };
  const rows = end - start;
  const all = new Float32Array(rows * views.length);
  const columns = views.map((view, j) => {
    all.set(view, j * rows);
    return all.subarray(j * rows, (j + 1) * rows);
  });
  return { columns, transfer: [all.buffer] };
}

function isShared(column: Float32Array): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && column.buffer instanceof SharedArrayBuffer;
}
