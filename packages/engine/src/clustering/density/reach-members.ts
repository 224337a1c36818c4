import type { ThreadingOptions } from '../../devices/crew.ts';
import { deal } from '../../neighbours/deal.ts';
import { leafOrder } from '../../neighbours/index-order.ts';
import { rowsACall, type ScaledRows, withPoints } from '../../neighbours/points.ts';
import type { MemberRows } from './members.ts';

export interface Reached {
  /** The member that each row reaches at the least distance; −1 where there are no members. */
  readonly members: Int32Array;
  /** That distance, not squared: the largest of the distance itself, the member's core distance and the row's. */
  readonly distances: Float64Array;
}

/** Rows that are scaled, and put in order, at a time. */
const rowsInOrder = 16_384;

/**
 * Which member each row is nearest to by mutual reachability.
 * @param neighbours the row's own core distance is that to so many members; 1 for none
 * @param rowsFrom rows `start` to `end` in scaled space
 */
export async function reachMembers(
  members: MemberRows,
  neighbours: number,
  rowCount: number,
  rowsFrom: (start: number, end: number) => Promise<ScaledRows>,
  options: ThreadingOptions,
): Promise<Reached> {
  const found = new Int32Array(rowCount).fill(-1);
  const distances = new Float64Array(rowCount).fill(Number.POSITIVE_INFINITY);
  if (members.rows.count === 0 || rowCount === 0) return { members: found, distances };
  const width = Math.min(neighbours, members.rows.count);
  await withPoints(members.rows, rowCount, width, options, async (pool) => {
    const marks = {
      components: new Int32Array(members.rows.count),
      cores: Float64Array.from(pool.order, (member) => members.cores[member] ?? 0),
    };
    await Promise.all(pool.lanes.map((lane) => lane.call('mark', marks)));
    for (let start = 0; start < rowCount; start += rowsInOrder) {
      const rows = await rowsFrom(start, Math.min(start + rowsInOrder, rowCount));
      // Rows that are looked for together should be near one another, or no leaf is far from all of them.
      const order = Int32Array.from({ length: rows.count }, (_, row) => row);
      await leafOrder(rows.values, rows.stride, pool.leafRows, pool.breathe, order, [0]);
      await deal(pool, runsOf(order, rowsACall(pool)), async (lane, run) => {
        const queries = new Float32Array(run.length * rows.stride);
        run.forEach((row, i) => {
          queries.set(rows.values.subarray(row * rows.stride, (row + 1) * rows.stride), i * rows.stride);
        });
        const nearest = await lane.call('assign', { queries, limit: Number.POSITIVE_INFINITY });
        const own = width > 1 ? (await lane.call('radius', { queries })).distances : undefined;
        run.forEach((row, i) => {
          found[start + row] = pool.order[nearest.found[i] ?? 0] ?? -1;
          distances[start + row] = Math.sqrt(Math.max(nearest.weights[i] ?? 0, own?.[i] ?? 0));
        });
      });
    }
  });
  return { members: found, distances };
}

function runsOf(order: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / length) }, (_, i) =>
    order.subarray(i * length, (i + 1) * length),
  );
}
