import { createBreather } from '../breathe.ts';
import { openSearchCrew, type ThreadingOptions, withCrew } from '../devices/crew.ts';
import { checkScaledRange } from '../devices/scaled-range.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { type Scaling, scaleRows } from '../scaling.ts';
import type { SearchLane } from './calls.ts';
import { leafOrder } from './index-order.ts';

/** Rows of float32 in scaled space, one after another, `stride` floats each: features filled up with zeros. */
export interface ScaledRows {
  readonly features: number;
  readonly stride: number;
  readonly count: number;
  readonly values: Float32Array;
}

/** Points that every lane has indexed, in the order of the leaves. */
export interface SearchPool {
  readonly lanes: readonly SearchLane[];
  readonly device: KernelDevice;
  readonly leafRows: number;
  readonly leafCount: number;
  readonly points: ScaledRows;
  /** The row of each point where the points were taken from. */
  readonly order: Int32Array;
  readonly breathe: () => Promise<void>;
}

/** Rows of a leaf; of the sizes 16 to 128 the fastest at 50,000 × 16. */
const leafRows = 64;

/** Multiply-adds that are over before a worker is up. */
const worthwhileWork = 2e9;

/** Multiply-adds of one call, so that an abort or a frame need not wait long. */
const callWork = { relaxed: 1e8, simd: 1e8, js: 5e6 } as const;

const rowsATurn = 16_384;
const leavesATurn = 128;

/**
 * @param rows which rows of the matrix; default all
 * @throws EngineError (as a rejection) `engine_matrix_out_of_range`, `engine_aborted`
 */
export async function scaledRowsOf(
  matrix: FeatureMatrix,
  scaling: Scaling,
  breathe: () => Promise<void>,
  rows?: Int32Array,
): Promise<ScaledRows> {
  const features = matrix.columnCount;
  const stride = Math.ceil(features / 4) * 4;
  const count = rows?.length ?? matrix.rowCount;
  const values = new Float32Array(count * stride);
  let largest = 0;
  for (let start = 0; start < count; start += rowsATurn) {
    const end = Math.min(start + rowsATurn, count);
    const part = rows?.subarray(start, end) ?? Int32Array.from({ length: end - start }, (_, i) => start + i);
    for (const [j, column] of matrix.columns().entries()) {
      const scaled = scaleRows(scaling, j, column, part);
      for (let i = 0; i < scaled.length; i++) {
        const value = scaled[i] ?? 0;
        if (Math.abs(value) > largest) largest = Math.abs(value);
        values[(start + i) * stride + j] = value;
      }
    }
    await breathe();
  }
  checkScaledRange(largest);
  return { features, stride, count, values };
}

/**
 * Puts the points in order, gives every lane an index of them (a copy of its own: some n × (8 × features + 50) bytes)
 * and runs `work`; whatever becomes of it, workers that were started for it are ended.
 * @param queries how many points will look for neighbours, roughly
 * @param neighbours that `nearest` will be asked for
 */
export async function withPoints<T>(
  given: ScaledRows,
  queries: number,
  neighbours: number,
  options: ThreadingOptions,
  work: (pool: SearchPool) => Promise<T>,
): Promise<T> {
  const breathe = createBreather(options.signal);
  const crew = await openSearchCrew(options, given.count * queries * given.features, worthwhileWork);
  return withCrew(crew, options.signal, async () => {
    const order = Int32Array.from({ length: given.count }, (_, row) => row);
    const empty = { lanes: crew.lanes, device: crew.device, leafRows, breathe, points: given, order };
    return work(await indexPoints(empty, order, [0], neighbours));
  });
}

/**
 * The same points, or some of them, in another order: leaves do not mix what stands on both sides of one of the
 * `starts`.
 * @param order places of the pool's points; each part of it is put in the order of leaves
 */
export async function indexPoints(
  pool: Omit<SearchPool, 'leafCount'>,
  order: Int32Array,
  starts: readonly number[],
  neighbours: number,
): Promise<SearchPool> {
  const { lanes, points, breathe } = pool;
  const { features, stride } = points;
  const count = order.length;
  await leafOrder(points.values, stride, leafRows, breathe, order, starts);
  const values = new Float32Array(count * stride);
  for (let place = 0; place < count; place++) {
    const row = order[place] ?? 0;
    values.set(points.values.subarray(row * stride, (row + 1) * stride), place * stride);
    if (place % rowsATurn === 0) await breathe();
  }
  const originals = order.map((place) => pool.order[place] ?? 0);
  const leafCount = Math.ceil(count / leafRows);
  await Promise.all(
    lanes.map(async (lane) => {
      await lane.call('load', { rows: values, originals, features, leafRows, neighbours });
      for (let firstLeaf = 0; firstLeaf < leafCount; firstLeaf += leavesATurn) {
        await lane.call('pack', { firstLeaf, endLeaf: Math.min(firstLeaf + leavesATurn, leafCount) });
      }
    }),
  );
  return { ...pool, leafCount, points: { features, stride, count, values }, order };
}

/** How many query rows a call should have, a multiple of the leaves' rows. */
export function rowsACall(pool: SearchPool): number {
  const each = pool.points.count * pool.points.features;
  return Math.max(1, Math.floor(callWork[pool.device] / each / leafRows)) * leafRows;
}

/** The leaves in runs of as many as a call should have. */
export function leafRuns(pool: SearchPool): { firstLeaf: number; endLeaf: number }[] {
  const step = rowsACall(pool) / pool.leafRows;
  return Array.from({ length: Math.ceil(pool.leafCount / step) }, (_, i) => ({
    firstLeaf: i * step,
    endLeaf: Math.min((i + 1) * step, pool.leafCount),
  }));
}
