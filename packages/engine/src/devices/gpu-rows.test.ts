import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockRows } from '../kernels/wgsl/shape.ts';
import { mostSliceRows, sliceRows } from './gpu-rows.ts';

describe('sliceRows', () => {
  it('gives every row to one block, in order, inside one chunk and one slice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 1, max: 900 }).map((eights) => eights * 8),
        fc.integer({ min: 1, max: 9 }).map((blocks) => blocks * blockRows),
        (rowCount, chunkRows, mostRows) => {
          let nextRow = 0;
          let nextBlock = 0;
          for (const slice of sliceRows(rowCount, chunkRows, mostRows)) {
            expect(slice.firstRow).toBe(nextRow);
            expect(slice.firstBlock).toBe(nextBlock);
            expect(slice.rowCount).toBeLessThanOrEqual(mostRows);
            // What is read four at a time must begin on a multiple of four, and end inside the column.
            expect(slice.stride % 64).toBe(0);
            expect(slice.stride).toBeGreaterThanOrEqual(slice.rowCount);
            let row = 0;
            for (let b = 0; b < slice.blocks.length; b += 2) {
              const [start = -1, end = -1] = slice.blocks.subarray(b, b + 2);
              expect(start).toBe(row);
              expect(start % 4).toBe(0);
              expect(end - start).toBeLessThanOrEqual(blockRows);
              expect(end).toBeGreaterThan(start);
              const chunkOf = (at: number): number => Math.floor((slice.firstRow + at) / chunkRows);
              expect(chunkOf(start)).toBe(chunkOf(end - 1));
              row = end;
            }
            expect(row).toBe(slice.rowCount);
            nextRow += slice.rowCount;
            nextBlock += slice.blocks.length / 2;
          }
          expect(nextRow).toBe(rowCount);
        },
      ),
    );
  });

  it('cuts the same blocks whatever a slice holds', () => {
    const blocks = (mostRows: number): number[] =>
      sliceRows(30_000, 2048, mostRows).flatMap(({ firstRow, blocks: own }) =>
        Array.from(own, (row) => firstRow + row),
      );
    expect(blocks(blockRows)).toEqual(blocks(64 * blockRows));
  });
});

describe('mostSliceRows', () => {
  it('is what a buffer holds as columns, and refuses what holds no block', () => {
    const bufferBytes = 16 * blockRows * 4 * 3 + 5;
    const limits = { bufferBytes, workgroupBytes: 16384, workgroups: 100 };
    expect(mostSliceRows(limits, 16)).toBe(3 * blockRows);
    expect(mostSliceRows({ ...limits, workgroups: 2 }, 16)).toBe(2 * blockRows);
    const refused = expect.objectContaining({ code: 'engine_device_out_of_memory' });
    expect(() => mostSliceRows(limits, 49)).toThrow(refused);
  });
});
