import type { ThreadingOptions } from '../../devices/crew.ts';
import type { KernelDevice } from '../../kernels/kernel.ts';
import { deal } from '../../neighbours/deal.ts';
import {
  indexPoints,
  leafRuns,
  rowsACall,
  type ScaledRows,
  type SearchPool,
  withPoints,
} from '../../neighbours/points.ts';
import { DisjointSets } from './disjoint-sets.ts';

/** What DBSCAN makes of some rows. */
export interface ConnectedPoints {
  /** Cluster of each row, numbered by their first core points; −1 is noise. */
  readonly labels: Int32Array;
  readonly corePoints: Uint8Array;
  /** Core points of each cluster. */
  readonly clusterCores: Int32Array;
  /** Every row once, near ones near one another. */
  readonly order: Int32Array;
  readonly device: KernelDevice;
}

export async function connectPoints(
  rows: ScaledRows,
  eps: number,
  minPoints: number,
  options: ThreadingOptions,
  report: (phase: 'count' | 'link' | 'assign', share: number) => void,
): Promise<ConnectedPoints> {
  return withPoints(rows, rows.count, 1, options, async (pool) => {
    const limit = eps * eps;
    const isCore = await findCores(pool, limit, minPoints, (share) => report('count', share));
    const places = Int32Array.from(isCore.keys());
    const { order, device } = pool;
    if (!isCore.includes(1)) {
      const labels = new Int32Array(rows.count).fill(-1);
      const corePoints = new Uint8Array(rows.count);
      return { labels, corePoints, clusterCores: new Int32Array(0), order, device };
    }
    // Where few points are core points, an index of these alone is much less to look through.
    const cores = await indexPoints(
      pool,
      places.filter((place) => isCore[place] === 1),
      [0],
      1,
    );
    const marks = {
      components: new Int32Array(cores.points.count),
      cores: new Float64Array(cores.points.count),
    };
    await Promise.all(pool.lanes.map((lane) => lane.call('mark', marks)));
    const sets = await linkCores(cores, limit, (share) => report('link', share));
    const others = places.filter((place) => isCore[place] === 0);
    const nearest = await nearestCores(pool, cores, limit, others, (share) => report('assign', share));

    // From here on by row: the number of a core point in the index of core points, or of the nearest one.
    const cored = new Int32Array(rows.count).fill(-1);
    const corePoints = new Uint8Array(rows.count);
    cores.order.forEach((place, core) => {
      const row = order[place] ?? 0;
      cored[row] = core;
      corePoints[row] = 1;
    });
    const { labels, clusterCores } = numberClusters(cored, sets);
    others.forEach((place, i) => {
      const core = cores.order[nearest[i] ?? -1];
      if (core !== undefined) labels[order[place] ?? 0] = labels[order[core] ?? 0] ?? -1;
    });
    return { labels, corePoints, clusterCores, order, device };
  });
}

/** A cluster for each row that is a core point, −1 for the others; clusters are numbered by their first rows. */
function numberClusters(
  cored: Int32Array,
  sets: DisjointSets,
): { labels: Int32Array; clusterCores: Int32Array } {
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const labels = cored.map((core) => {
    if (core < 0) return -1;
    const root = sets.find(core);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  return { labels, clusterCores: Int32Array.from(sizes) };
}

/** 1 for each place with enough neighbours, else 0. */
async function findCores(
  pool: SearchPool,
  limit: number,
  minPoints: number,
  onProgress: (share: number) => void,
): Promise<Uint8Array> {
  const isCore = new Uint8Array(pool.points.count);
  let done = 0;
  await deal(pool, leafRuns(pool), async (lane, run) => {
    const { counts } = await lane.call('count', { ...run, limit, minPoints });
    counts.forEach((count, i) => {
      if (count >= minPoints) isCore[run.firstLeaf * pool.leafRows + i] = 1;
    });
    done += run.endLeaf - run.firstLeaf;
    onProgress(done / pool.leafCount);
  });
  return isCore;
}

/** Which core points hang together. */
async function linkCores(
  pool: SearchPool,
  limit: number,
  onProgress: (share: number) => void,
): Promise<DisjointSets> {
  let done = 0;
  await deal(pool, leafRuns(pool), async (lane, run) => {
    await lane.call('link', { ...run, limit });
    done += run.endLeaf - run.firstLeaf;
    onProgress(done / pool.leafCount);
  });
  // Each lane has joined what it came across.
  const sets = new DisjointSets(pool.points.count);
  for (const lane of pool.lanes) {
    const { parents } = await lane.call('trees', null);
    parents.forEach((parent, place) => {
      sets.join(place, parent);
    });
  }
  return sets;
}

/** The nearest core point of each of some points of the pool; −1 where none is near enough. */
async function nearestCores(
  pool: SearchPool,
  cores: SearchPool,
  limit: number,
  places: Int32Array,
  onProgress: (share: number) => void,
): Promise<Int32Array> {
  const { stride, values } = pool.points;
  const nearest = new Int32Array(places.length).fill(-1);
  const step = rowsACall(cores);
  const starts = Array.from({ length: Math.ceil(places.length / step) }, (_, i) => i * step);
  let done = 0;
  await deal(cores, starts, async (lane, start) => {
    const run = places.subarray(start, start + step);
    const queries = new Float32Array(run.length * stride);
    run.forEach((place, i) => {
      queries.set(values.subarray(place * stride, (place + 1) * stride), i * stride);
    });
    const { found } = await lane.call('assign', { queries, limit });
    nearest.set(found, start);
    done += run.length;
    onProgress(done / places.length);
  });
  return nearest;
}
