import type { SearchCalls } from '../../neighbours/calls.ts';
import { deal } from '../../neighbours/deal.ts';
import { indexPoints, type SearchPool } from '../../neighbours/points.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { orderOfWeights } from './order-of-weights.ts';

/** n − 1 edges between rows of the index; weights are squared mutual reachability distances. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/** The nearest other points of every row, nearest first, `width` a row: squared distances, and which they are. */
export interface NeighbourLists {
  readonly width: number;
  readonly distances: Float64Array;
  readonly found: Int32Array;
}

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

const rowsATurn = 8192;

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

/** The shortest edge out of each component, as far as it is known. */
class Growth {
  readonly bests: Float64Array;
  /** A row each: no point of another component that is not listed any more or was never listed is nearer. */
  readonly reach: Float64Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #proven: Uint8Array;
  readonly #forest: Forest;
  readonly #lists: NeighbourLists;
  readonly #lengths: Int32Array;
  readonly #cores: Float64Array;

  constructor(forest: Forest, lists: NeighbourLists, cores: Float64Array) {
    const count = cores.length;
    this.#forest = forest;
    this.#lists = lists;
    this.#cores = cores;
    this.bests = new Float64Array(count);
    this.#from = new Int32Array(count);
    this.#to = new Int32Array(count);
    this.#proven = new Uint8Array(count);
    // A list that is not full names every other point.
    this.reach = Float64Array.from(
      { length: count },
      (_, row) => lists.distances[(row + 1) * lists.width - 1] ?? 0,
    );
    this.#lengths = new Int32Array(count).fill(lists.width);
  }

  /** Each component's shortest edge among those that the lists name; neighbours that have joined it leave the lists. */
  async readLists(breathe: () => Promise<void>): Promise<void> {
    const { width, distances, found } = this.#lists;
    const { components } = this.#forest;
    this.bests.fill(Number.POSITIVE_INFINITY);
    for (let row = 0; row < components.length; row++) {
      if (row % rowsATurn === 0) await breathe();
      const own = components[row] ?? 0;
      const core = this.#cores[row] ?? 0;
      const start = row * width;
      const end = start + (this.#lengths[row] ?? 0);
      let kept = start;
      for (let at = start; at < end; at++) {
        const neighbour = found[at] ?? -1;
        if (neighbour < 0) break;
        const other = components[neighbour] ?? 0;
        if (other === own) continue;
        const distance = distances[at] ?? 0;
        found[kept] = neighbour;
        distances[kept++] = distance;
        const weight = Math.max(distance, core, this.#cores[neighbour] ?? 0);
        if (weight < (this.bests[own] ?? 0)) this.#set(own, weight, row, neighbour);
        if (weight < (this.bests[other] ?? 0)) this.#set(other, weight, neighbour, row);
      }
      this.#lengths[row] = kept - start;
    }
    await breathe();
    this.#proven.fill(1);
    for (let row = 0; row < components.length; row++) {
      if (this.#mayGain(row)) this.#proven[components[row] ?? 0] = 0;
    }
  }

  /** Whether no point outside the lists can be nearer than the component's shortest edge. */
  isProven(component: number): boolean {
    return this.#proven[component] === 1;
  }

  /** The rows, in order, whose search might give their component a shorter edge. */
  unproven(except: number): Int32Array {
    const { components } = this.#forest;
    const rows = new Int32Array(components.length);
    let count = 0;
    for (let row = 0; row < components.length; row++) {
      if (components[row] !== except && this.#mayGain(row)) rows[count++] = row;
    }
    return rows.slice(0, count);
  }

  /** @param order the row at each place of the index in which the edges were found */
  take({ bests, from, to }: SearchCalls['edges']['output'], order: Int32Array): void {
    for (let component = 0; component < bests.length; component++) {
      const weight = bests[component] ?? 0;
      const start = from[component] ?? -1;
      if (start >= 0 && weight < (this.bests[component] ?? 0)) {
        this.#set(component, weight, order[start] ?? 0, order[to[component] ?? 0] ?? 0);
      }
    }
  }

  /** Joins each component that `which` names along its shortest edge. Returns how many trees there are fewer. */
  join(which: (component: number) => boolean): number {
    const before = this.#forest.trees;
    const { components } = this.#forest;
    for (let component = 0; component < components.length; component++) {
      const weight = this.bests[component] ?? 0;
      if (components[component] !== component || weight === Number.POSITIVE_INFINITY) continue;
      if (which(component)) {
        this.#forest.connect(this.#from[component] ?? 0, this.#to[component] ?? 0, weight);
      }
    }
    this.#forest.settle();
    return before - this.#forest.trees;
  }

  #mayGain(row: number): boolean {
    const best = this.bests[this.#forest.components[row] ?? 0] ?? 0;
    return (this.reach[row] ?? 0) < best && (this.#cores[row] ?? 0) < best;
  }

  #set(component: number, weight: number, from: number, to: number): void {
    this.bests[component] = weight;
    this.#from[component] = from;
    this.#to[component] = to;
  }
}

/** Disjoint trees over the rows, and the edges that joined them. */
class Forest {
  /** Each row's component as of the last `settle`: the number of one of its rows. */
  readonly components: Int32Array;
  readonly #sets: DisjointSets;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #weights: Float64Array;

  constructor(count: number) {
    this.components = Int32Array.from({ length: count }, (_, row) => row);
    this.#sets = new DisjointSets(count);
    this.#from = new Int32Array(count - 1);
    this.#to = new Int32Array(count - 1);
    this.#weights = new Float64Array(count - 1);
  }

  get trees(): number {
    return this.#sets.count;
  }

  /** Nothing happens when the two rows hang together already, as equal edges in a ring would have it. */
  connect(from: number, to: number, weight: number): void {
    const edge = this.#weights.length - (this.trees - 1);
    if (this.#sets.join(from, to) < 0) return;
    this.#from[edge] = from;
    this.#to[edge] = to;
    this.#weights[edge] = weight;
  }

  settle(): void {
    for (let row = 0; row < this.components.length; row++) this.components[row] = this.#sets.find(row);
  }

  /** The component of the most rows. */
  largest(): number {
    let best = this.components[0] ?? 0;
    for (const component of this.components) {
      if (this.#sets.sizeOf(component) > this.#sets.sizeOf(best)) best = component;
    }
    return best;
  }

  edges(): SpanningTree {
    return { from: this.#from, to: this.#to, weights: this.#weights };
  }
}
