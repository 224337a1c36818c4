import type { ThreadingOptions } from '../../devices/crew.ts';
import type { KernelDevice } from '../../kernels/kernel.ts';
import { deal } from '../../neighbours/deal.ts';
import {
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
    const { order, device } = pool;
    const limit = eps * eps;
    const isCore = await findCores(pool, limit, minPoints, (share) => report('count', share));
    const marks = {
      components: Int32Array.from(isCore, (core) => core - 1),
      cores: new Float64Array(isCore.length),
    };
    await Promise.all(pool.lanes.map((lane) => lane.call('mark', marks)));
    const sets = await linkCores(pool, limit, (share) => report('link', share));
    const nearest = await nearestCores(pool, limit, isCore, (share) => report('assign', share));

    const places = new Int32Array(order.length);
    const corePoints = new Uint8Array(order.length);
    order.forEach((row, place) => {
      places[row] = place;
      corePoints[row] = isCore[place] ?? 0;
    });
    const numbers = new Int32Array(order.length).fill(-1);
    const clusterCores: number[] = [];
    for (let row = 0; row < places.length; row++) {
      if (corePoints[row] === 0) continue;
      const root = sets.find(places[row] ?? 0);
      let number = numbers[root] ?? -1;
      if (number < 0) {
        number = clusterCores.length;
        numbers[root] = number;
        clusterCores.push(0);
      }
      clusterCores[number] = (clusterCores[number] ?? 0) + 1;
    }
    const labels = Int32Array.from(places, (place) => {
      const core = nearest[place] ?? -1;
      return core < 0 ? -1 : (numbers[sets.find(core)] ?? -1);
    });
    return { labels, corePoints, clusterCores: Int32Array.from(clusterCores), order, device };
  });
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

/** The nearest core point of each place, a core point its own; −1 where none is near enough. */
async function nearestCores(
  pool: SearchPool,
  limit: number,
  isCore: Uint8Array,
  onProgress: (share: number) => void,
): Promise<Int32Array> {
  const { stride, values } = pool.points;
  const nearest = Int32Array.from(isCore, (core, place) => (core === 1 ? place : -1));
  const others: number[] = [];
  isCore.forEach((core, place) => {
    if (core === 0) others.push(place);
  });
  const step = rowsACall(pool);
  const runs = Array.from({ length: Math.ceil(others.length / step) }, (_, i) =>
    others.slice(i * step, (i + 1) * step),
  );
  let done = 0;
  await deal(pool, runs, async (lane, run) => {
    const queries = new Float32Array(run.length * stride);
    run.forEach((place, i) => {
      queries.set(values.subarray(place * stride, (place + 1) * stride), i * stride);
    });
    const { found } = await lane.call('assign', { queries, limit });
    run.forEach((place, i) => {
      nearest[place] = found[i] ?? -1;
    });
    done += run.length;
    onProgress(done / others.length);
  });
  return nearest;
}
