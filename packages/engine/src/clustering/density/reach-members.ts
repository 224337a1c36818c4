import type { ThreadingOptions } from '../../devices/crew.ts';
import { deal } from '../../neighbours/deal.ts';
import { rowsACall, type ScaledRows, type SearchPool, withPoints } from '../../neighbours/points.ts';
import type { MemberRows } from './members.ts';

export interface Reached {
  /** The member that each row reaches at the least distance; −1 where there are no members. */
  readonly members: Int32Array;
  /** That distance, not squared: the largest of the distance itself, the member's core distance and the row's. */
  readonly distances: Float64Array;
}

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
    await deal(pool, startsOf(pool, rowCount), async (lane, start) => {
      const end = Math.min(start + rowsACall(pool), rowCount);
      const queries = (await rowsFrom(start, end)).values;
      const nearest = await lane.call('assign', { queries, limit: Number.POSITIVE_INFINITY });
      const own = width > 1 ? (await lane.call('radius', { queries })).distances : undefined;
      for (let i = 0; i < end - start; i++) {
        found[start + i] = pool.order[nearest.found[i] ?? 0] ?? -1;
        distances[start + i] = Math.sqrt(Math.max(nearest.weights[i] ?? 0, own?.[i] ?? 0));
      }
    });
  });
  return { members: found, distances };
}

function startsOf(pool: SearchPool, rowCount: number): number[] {
  const step = rowsACall(pool);
  return Array.from({ length: Math.ceil(rowCount / step) }, (_, i) => i * step);
}
