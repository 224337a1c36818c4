import { blockRows } from '../kernels/wgsl/shape.ts';
import { type GpuLimits, gpuOutOfMemory } from './gpu-device.ts';

/** Neighbouring rows in buffers of their own. */
export interface RowSlice {
  readonly firstRow: number;
  readonly rowCount: number;
  /** Rows from one column to the next. */
  readonly stride: number;
  readonly firstBlock: number;
  /** What the workgroups are for: a block's first row and the one after its last, counted in the slice. */
  readonly blocks: Uint32Array<ArrayBuffer>;
}

/** Columns begin on a multiple of 256 bytes. */
export function strideOf(rows: number): number {
  return Math.ceil(rows / 64) * 64;
}

/**
 * Rows that a buffer holds as columns, a multiple of a block's.
 * @throws EngineError `engine_device_out_of_memory`, when it does not even hold a block
 */
export function mostSliceRows({ bufferBytes, workgroups }: GpuLimits, features: number): number {
  const blocks = Math.min(Math.floor(bufferBytes / (features * blockRows * 4)), workgroups);
  if (blocks > 0) return blocks * blockRows;
  throw gpuOutOfMemory(`buffers of ${bufferBytes} bytes are too small for rows of ${features} features`);
}

/**
 * Cuts rows into blocks that never cross a chunk's border, and the blocks into slices of at most `mostRows`.
 * @param chunkRows a multiple of 8
 * @param mostRows a multiple of a block's rows
 */
export function sliceRows(rowCount: number, chunkRows: number, mostRows: number): RowSlice[] {
  const slices: RowSlice[] = [];
  let firstRow = 0;
  let firstBlock = 0;
  while (firstRow < rowCount) {
    const blocks: number[] = [];
    const mostBlocks = mostRows / blockRows;
    let row = firstRow;
    while (row < rowCount && blocks.length / 2 < mostBlocks) {
      const chunkEnd = Math.min((Math.floor(row / chunkRows) + 1) * chunkRows, rowCount);
      const end = Math.min(row + blockRows, chunkEnd);
      blocks.push(row - firstRow, end - firstRow);
      row = end;
    }
    const rows = row - firstRow;
    slices.push({
      firstRow,
      rowCount: rows,
      stride: strideOf(rows),
      firstBlock,
      blocks: Uint32Array.from(blocks),
    });
    firstRow = row;
    firstBlock += blocks.length / 2;
  }
  return slices;
}
