import { deal } from '../../neighbours/deal.ts';
import { indexPoints, type SearchPool } from '../../neighbours/points.ts';
import { Forest, type SpanningTree } from './forest.ts';
import { Growth, type NeighbourLists } from './growth.ts';
import { orderOfWeights } from './order-of-weights.ts';

/** Share of the components that the lists alone must join for another round of them to be worth while. */
const worthwhileShare = 0.1;

/**
 * A minimum spanning tree of mutual reachability by Borůvka's rounds: every component takes the shortest edge that
 * leaves it. Which edges those are is read off the neighbour lists as long as these prove it: a point's unlisted
 * neighbours are no nearer than its last listed one. Where they do not, the index is searched, but only from points
 * whose components could still gain by it, never from the largest component, which the others join anyway (after March,
 * Ram & Gray 2010, who prune by the same bounds in a dual tree).
 * Of equal edges any may be taken: every minimum spanning tree has the same components below every weight.
 * @param cores squared core distances
 */
export async function spanningTree(
  pool: SearchPool,
  lists: NeighbourLists,
  cores: Float64Array,
  onProgress: (share: number) => void,
): Promise<SpanningTree> {
  const forest = new Forest(cores.length);
  const growth = new Growth(forest, lists, cores);
  let regrouped: SearchPool | undefined;
  while (forest.trees > 1) {
    const before = forest.trees;
    await growth.readLists(pool.breathe);
    const joined = growth.join((component) => growth.isProven(component));
    await pool.breathe();
    if (joined < before * worthwhileShare && forest.trees > 1) {
      await growth.readLists(pool.breathe);
      const largest = forest.largest();
      const queries = growth.unproven(largest);
      await pool.breathe();
      if (queries.length > 0) {
        regrouped ??= await regroup(pool, forest, cores);
        await search(regrouped, growth, forest.components, cores, queries);
      }
      growth.join((component) => component !== largest);
    }
    onProgress(forest.trees > 1 ? 1 - Math.log(forest.trees) / Math.log(cores.length) : 1);
    await pool.breathe();
  }
  return forest.edges();
}

/** How many times its component's mean core distance a row's may be and still stand among its leaves. */
const scatteredFrom = 2;

/**
 * An index whose leaves hold rows of one component each, so that a component's own rows pass over them as a whole.
 * Small components and rows in thin air stand apart, in the order of their core distances: they would widen the leaves
 * of the dense, and no edge to them is shorter than those.
 */
async function regroup(pool: SearchPool, forest: Forest, cores: Float64Array): Promise<SearchPool> {
  const { components } = forest;
  const count = components.length;
  const sizes = new Int32Array(count);
  const means = new Float64Array(count);
  components.forEach((component, row) => {
    const size = (sizes[component] ?? 0) + 1;
    sizes[component] = size;
    const mean = means[component] ?? 0;
    means[component] = mean + (Math.sqrt(cores[row] ?? 0) - mean) / size;
  });
  const isDense = (row: number): boolean => {
    const component = components[row] ?? 0;
    if ((sizes[component] ?? 0) < pool.leafRows) return false;
    return Math.sqrt(cores[row] ?? 0) <= scatteredFrom * (means[component] ?? 0);
  };
  await pool.breathe();
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const dense = rows.filter(isDense);
  const scattered = rows.filter((row) => !isDense(row));
  sortBy(dense, (row) => components[row] ?? 0);
  await pool.breathe();
  sortBy(scattered, (row) => cores[row] ?? 0);
  const starts: number[] = [];
  dense.forEach((row, place) => {
    if (place === 0 || components[row] !== components[dense[place - 1] ?? 0]) starts.push(place);
  });
  const band = Math.ceil(Math.sqrt(scattered.length / pool.leafRows)) * pool.leafRows;
  for (let place = dense.length; place < count; place += band) starts.push(place);
  rows.set(dense);
  rows.set(scattered, dense.length);
  return indexPoints(pool, rows, starts, 1);
}

/** Puts rows in the order of a number that is not negative; equal ones stay as they stand. */
function sortBy(rows: Int32Array, key: (row: number) => number): void {
  const order = orderOfWeights(Float64Array.from(rows, key));
  rows.set(order.map((place) => rows[place] ?? 0));
}

/** Finds shorter edges out of the components of `queries` in an index of the same rows in another order. */
async function search(
  pool: SearchPool,
  growth: Growth,
  components: Int32Array,
  cores: Float64Array,
  queries: Int32Array,
): Promise<void> {
  const { order } = pool;
  const wanted = new Uint8Array(components.length);
  for (const row of queries) wanted[row] = 1;
  const places = Int32Array.from({ length: order.length }, (_, place) => place);
  const marks = {
    components: order.map((row) => components[row] ?? 0),
    cores: Float64Array.from(order, (row) => cores[row] ?? 0),
  };
  await pool.breathe();
  await Promise.all(
    pool.lanes.map(async (lane) => {
      await lane.call('mark', marks);
      await lane.call('seek', { bests: growth.bests });
    }),
  );
  const batches = await promising(
    pool,
    places.filter((place) => wanted[order[place] ?? 0] === 1),
  );
  await deal(pool, batches, async (lane, batch) => {
    const { reach } = await lane.call('foreign', { queries: batch });
    batch.forEach((place, i) => {
      const row = order[place] ?? 0;
      growth.reach[row] = Math.max(growth.reach[row] ?? 0, reach[i] ?? 0);
    });
  });
  for (const lane of pool.lanes) {
    growth.take(await lane.call('edges', null), order);
    await pool.breathe();
  }
}

/** The rows in batches, those first that stand nearest to another component: short edges spare the others their search. */
async function promising(pool: SearchPool, queries: Int32Array): Promise<Int32Array[]> {
  const { leafRows } = pool;
  const parts: Int32Array[] = [];
  for (let start = 0; start < queries.length; start += leafRows * 64) {
    parts.push(queries.subarray(start, start + leafRows * 64));
  }
  const batches: { rows: Int32Array; bound: number }[] = [];
  await deal(pool, parts, async (lane, part) => {
    const { bounds } = await lane.call('promises', { queries: part });
    bounds.forEach((bound, i) => {
      batches.push({ rows: part.subarray(i * leafRows, (i + 1) * leafRows), bound });
    });
  });
  batches.sort((a, b) => a.bound - b.bound || (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
  return batches.map(({ rows }) => rows);
}
