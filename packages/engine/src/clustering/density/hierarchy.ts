import type { ThreadingOptions } from '../../devices/crew.ts';
import type { KernelDevice } from '../../kernels/kernel.ts';
import { deal } from '../../neighbours/deal.ts';
import { leafRuns, type ScaledRows, type SearchPool, withPoints } from '../../neighbours/points.ts';
import { type CondensedTree, condense } from './condensed-tree.ts';
import { dendrogramOf } from './dendrogram.ts';
import type { SpanningTree } from './forest.ts';
import type { NeighbourLists } from './growth.ts';
import { spanningTree } from './spanning-tree.ts';

export interface DensityHierarchy {
  readonly tree: CondensedTree;
  /** Squared distance of each row to its `minSamples`-th nearest, itself the first. */
  readonly cores: Float64Array;
  /** Every row once, near ones near one another. */
  readonly order: Int32Array;
  readonly device: KernelDevice;
}

/** Neighbours that are listed at least: longer lists prove more edges of the tree, and cost more to find. */
const leastListed = 8;

/** Core distances, the minimum spanning tree of mutual reachability, and what lasts of its hierarchy. */
export async function densityHierarchy(
  rows: ScaledRows,
  minClusterSize: number,
  minSamples: number,
  options: ThreadingOptions,
  report: (phase: 'neighbours' | 'tree' | 'clusters', share: number) => void,
): Promise<DensityHierarchy> {
  const width = Math.max(1, Math.min(Math.max(minSamples - 1, leastListed), rows.count - 1));
  return withPoints(rows, rows.count, width, options, async (pool) => {
    const lists = await neighbourLists(pool, width, (share) => report('neighbours', share));
    const cores = new Float64Array(rows.count);
    if (minSamples > 1) {
      for (let place = 0; place < cores.length; place++) {
        cores[place] = lists.distances[place * width + minSamples - 2] ?? 0;
      }
    }
    const edges = await spanningTree(pool, lists, cores, (share) => report('tree', share));
    report('clusters', 0);
    const dendrogram = await dendrogramOf(toRows(edges, pool.order), pool.breathe);
    const tree = await condense(dendrogram, minClusterSize, pool.breathe);
    const byRow = new Float64Array(cores.length);
    pool.order.forEach((row, place) => {
      byRow[row] = cores[place] ?? 0;
    });
    return { tree, cores: byRow, order: pool.order, device: pool.device };
  });
}

async function neighbourLists(
  pool: SearchPool,
  width: number,
  onProgress: (share: number) => void,
): Promise<NeighbourLists> {
  const { count } = pool.points;
  const distances = new Float64Array(count * width);
  const found = new Int32Array(count * width);
  let done = 0;
  await deal(pool, leafRuns(pool), async (lane, run) => {
    const answer = await lane.call('nearest', run);
    distances.set(answer.distances, run.firstLeaf * pool.leafRows * width);
    found.set(answer.found, run.firstLeaf * pool.leafRows * width);
    done += run.endLeaf - run.firstLeaf;
    onProgress(done / pool.leafCount);
  });
  return { width, distances, found };
}

/** The same edges between rows as they were given. */
function toRows(tree: SpanningTree, order: Int32Array): SpanningTree {
  const named = (places: Int32Array): Int32Array => places.map((place) => order[place] ?? 0);
  return { from: named(tree.from), to: named(tree.to), weights: tree.weights };
}
