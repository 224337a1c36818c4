import {
  layOutSearch,
  type NeighbourKernel,
  type SearchLayout,
  type SearchMode,
  searchMargin,
  searchModes,
} from '../kernels/neighbour-kernel.ts';
import type { SearchCalls, SearchHandlers } from './calls.ts';
import { surround } from './surround.ts';

/** Keys of leaves that are sorted by their bound: the bound's bits, which order as the bound does, then the leaf. */
const leafPlaces = 2 ** 21;

/** One thread's index of the points, over its own kernel. */
export class SearchIndex implements SearchHandlers {
  readonly #kernel: NeighbourKernel;
  #layout: SearchLayout = layOutSearch(0, 1, 8, 1);
  #keys = new Float64Array(0);
  #bounds = new Float32Array(0);
  #boundBits = new Uint32Array(0);
  #linking = false;

  constructor(kernel: NeighbourKernel) {
    this.#kernel = kernel;
  }

  load(input: SearchCalls['load']['input']): null {
    const { rows, originals, features, leafRows, neighbours } = input;
    const layout = layOutSearch(originals.length, features, leafRows, neighbours);
    this.#kernel.reserve(layout.bytes);
    this.#layout = layout;
    this.#kernel.configure(layout, 0);
    this.#keys = new Float64Array(layout.leafCount);
    this.#bounds = new Float32Array(layout.leafCount);
    this.#boundBits = new Uint32Array(this.#bounds.buffer);
    this.#floats(layout.rows, layout.leafCount * leafRows * layout.stride)
      .fill(0)
      .set(rows);
    this.#ints(layout.originals, originals.length).set(originals);
    this.#ints(layout.components, layout.rowCount).fill(0);
    this.#doubles(layout.cores, layout.rowCount).fill(0);
    return null;
  }

  pack({ firstLeaf, endLeaf }: SearchCalls['pack']['input']): null {
    for (let leaf = firstLeaf; leaf < endLeaf; leaf++) this.#packLeaf(leaf);
    return null;
  }

  nearest({ firstLeaf, endLeaf }: SearchCalls['nearest']['input']): SearchCalls['nearest']['output'] {
    const { leafRows, neighbours } = this.#layout;
    const first = firstLeaf * leafRows;
    const total = this.#endRow(endLeaf) - first;
    const distances = new Float64Array(total * neighbours);
    const found = new Int32Array(total * neighbours);
    this.#eachLeaf(firstLeaf, endLeaf, (leaf, count) => {
      this.#doubles(this.#layout.limits, count).fill(Number.POSITIVE_INFINITY);
      const near = this.#doubles(this.#layout.distances, count * neighbours);
      near.fill(Number.POSITIVE_INFINITY);
      const names = this.#ints(this.#layout.found, count * neighbours).fill(-1);
      this.#search('nearest', this.#rowAt(leaf * leafRows), count, leaf);
      distances.set(near, (leaf * leafRows - first) * neighbours);
      found.set(names, (leaf * leafRows - first) * neighbours);
    });
    return { distances, found };
  }

  count(input: SearchCalls['count']['input']): SearchCalls['count']['output'] {
    const { leafRows } = this.#layout;
    const first = input.firstLeaf * leafRows;
    const counts = new Int32Array(this.#endRow(input.endLeaf) - first);
    this.#kernel.configure(this.#layout, input.minPoints);
    this.#eachLeaf(input.firstLeaf, input.endLeaf, (leaf, count) => {
      this.#doubles(this.#layout.limits, count).fill(input.limit);
      const found = this.#ints(this.#layout.found, count).fill(0);
      this.#search('count', this.#rowAt(leaf * leafRows), count, leaf);
      counts.set(found, leaf * leafRows - first);
    });
    return { counts };
  }

  mark({ components, cores }: SearchCalls['mark']['input']): null {
    const { rowCount, leafCount, leafRows } = this.#layout;
    this.#ints(this.#layout.components, rowCount).set(components);
    this.#doubles(this.#layout.cores, rowCount).set(cores);
    const parents = this.#ints(this.#layout.parents, rowCount);
    for (let row = 0; row < rowCount; row++) parents[row] = row;
    // What `foreign` takes it for; `link` begins with no leaf known to hang together.
    this.#linking = false;
    const whole = this.#ints(this.#layout.leafComponents, leafCount);
    const least = this.#doubles(this.#layout.leafCores, leafCount);
    for (let leaf = 0; leaf < leafCount; leaf++) {
      whole[leaf] = this.#commonComponent(leaf);
      least[leaf] = cores.subarray(leaf * leafRows, (leaf + 1) * leafRows).reduce((a, b) => Math.min(a, b));
    }
    return null;
  }

  link({ firstLeaf, endLeaf, limit }: SearchCalls['link']['input']): null {
    const { leafRows, limits, leafCount } = this.#layout;
    const whole = this.#ints(this.#layout.leafComponents, leafCount);
    const components = this.#ints(this.#layout.components, this.#layout.rowCount);
    if (!this.#linking) whole.fill(-1);
    this.#linking = true;
    for (let leaf = firstLeaf; leaf < endLeaf; leaf++) {
      const start = leaf * leafRows;
      const count = this.#endRow(leaf + 1) - start;
      const wanted = this.#doubles(limits, count);
      this.#setIds(start, count);
      for (let i = 0; i < count; i++) wanted[i] = (components[start + i] ?? -1) < 0 ? -1 : limit;
      whole[leaf] = -1;
      this.#kernel.prepare(this.#rowAt(start), count);
      this.#kernel.visit(searchModes.link, this.#rowAt(start), count, leaf);
      whole[leaf] = this.#commonTree(leaf);
      // Each pair of leaves once.
      this.#search('link', this.#rowAt(start), count, leaf, leaf + 1, limit);
      if (whole[leaf] === -1) whole[leaf] = this.#commonTree(leaf);
    }
    return null;
  }

  trees(): SearchCalls['trees']['output'] {
    return { parents: this.#ints(this.#layout.parents, this.#layout.rowCount).slice() };
  }

  seek({ bests }: SearchCalls['seek']['input']): null {
    const { rowCount, bestFrom, bestTo } = this.#layout;
    this.#doubles(this.#layout.bests, rowCount).set(bests);
    this.#ints(bestFrom, rowCount).fill(-1);
    this.#ints(bestTo, rowCount).fill(-1);
    return null;
  }

  promises({ queries }: SearchCalls['promises']['input']): SearchCalls['promises']['output'] {
    const { leafRows, leafCount, rowCount } = this.#layout;
    const components = this.#ints(this.#layout.components, rowCount);
    const whole = this.#ints(this.#layout.leafComponents, leafCount);
    const bounds = new Float64Array(Math.ceil(queries.length / leafRows));
    for (let batch = 0; batch < bounds.length; batch++) {
      const part = queries.subarray(batch * leafRows, (batch + 1) * leafRows);
      const own = components[part[0] ?? 0] ?? 0;
      const same = part.every((row) => components[row] === own);
      this.#boundAll(this.#gather(part), part.length);
      let least = Number.POSITIVE_INFINITY;
      for (let leaf = 0; leaf < leafCount; leaf++) {
        const bound = this.#bounds[leaf] ?? 0;
        if (bound < least && !(same && whole[leaf] === own)) least = bound;
      }
      bounds[batch] = least;
    }
    return { bounds };
  }

  foreign({ queries }: SearchCalls['foreign']['input']): SearchCalls['foreign']['output'] {
    const { leafRows, rowCount } = this.#layout;
    const components = this.#ints(this.#layout.components, rowCount);
    const bests = this.#doubles(this.#layout.bests, rowCount);
    const reach = new Float64Array(queries.length);
    for (let start = 0; start < queries.length; start += leafRows) {
      const part = queries.subarray(start, start + leafRows);
      const at = this.#gather(part);
      this.#ints(this.#layout.ids, part.length).set(part);
      this.#search('foreign', at, part.length);
      for (let i = 0; i < part.length; i++) reach[start + i] = bests[components[part[i] ?? 0] ?? 0] ?? 0;
    }
    return { reach };
  }

  edges(): SearchCalls['edges']['output'] {
    const { rowCount, bests, bestFrom, bestTo } = this.#layout;
    return {
      bests: this.#doubles(bests, rowCount).slice(),
      from: this.#ints(bestFrom, rowCount).slice(),
      to: this.#ints(bestTo, rowCount).slice(),
    };
  }

  assign({ queries, limit }: SearchCalls['assign']['input']): SearchCalls['assign']['output'] {
    const total = queries.length / this.#layout.stride;
    const found = new Int32Array(total);
    const weights = new Float64Array(total);
    this.#eachBatch(queries, (start, count) => {
      const limits = this.#doubles(this.#layout.limits, count).fill(limit);
      const names = this.#ints(this.#layout.found, count).fill(-1);
      this.#search('assign', this.#layout.queries, count);
      found.set(names, start);
      weights.set(limits, start);
    });
    return { found, weights };
  }

  radius({ queries }: SearchCalls['radius']['input']): SearchCalls['radius']['output'] {
    const { neighbours } = this.#layout;
    const distances = new Float64Array(queries.length / this.#layout.stride);
    this.#eachBatch(queries, (start, count) => {
      const limits = this.#doubles(this.#layout.limits, count).fill(Number.POSITIVE_INFINITY);
      this.#doubles(this.#layout.distances, count * neighbours).fill(Number.POSITIVE_INFINITY);
      this.#search('nearest', this.#layout.queries, count);
      distances.set(limits, start);
    });
    return { distances };
  }

  /**
   * Looks at the leaves from the nearest on, until the rest is too far. `first` is known to be near, and passed over when
   * it is before `fromLeaf`; none farther than `known` is wanted.
   */
  #search(
    mode: SearchMode,
    queries: number,
    count: number,
    first = -1,
    fromLeaf = 0,
    known = Number.POSITIVE_INFINITY,
  ): void {
    const { leafCount } = this.#layout;
    const kernel = this.#kernel;
    const code = searchModes[mode];
    let limit = known;
    kernel.prepare(queries, count);
    if (first >= fromLeaf) limit = kernel.visit(code, queries, count, first);
    this.#boundAll(queries, count);
    const bounds = this.#bounds;
    const bits = this.#boundBits;
    let skipped = first;
    if (first < 0) {
      let nearest = 0;
      for (let leaf = 1; leaf < leafCount; leaf++) {
        if ((bounds[leaf] ?? 0) < (bounds[nearest] ?? 0)) nearest = leaf;
      }
      skipped = nearest;
      limit = kernel.visit(code, queries, count, nearest);
    }
    let near = 0;
    for (let leaf = fromLeaf; leaf < leafCount; leaf++) {
      if (leaf === skipped || (bounds[leaf] ?? 0) > limit) continue;
      this.#keys[near++] = (bits[leaf] ?? 0) * leafPlaces + leaf;
    }
    const keys = this.#keys.subarray(0, near).sort();
    for (let i = 0; i < near; i++) {
      const leaf = (keys[i] ?? 0) % leafPlaces;
      if ((bounds[leaf] ?? 0) > limit) return;
      limit = kernel.visit(code, queries, count, leaf);
    }
  }

  /** Fills `bounds` with each leaf's least distance from the box around the queries. */
  #boundAll(queries: number, count: number): void {
    const { stride, leafCount, box } = this.#layout;
    const rows = this.#floats(queries, count * stride);
    const radius = surround(rows, stride, this.#floats(box, 3 * stride));
    this.#kernel.bounds(box, radius, leafCount, this.#layout.bounds);
    this.#bounds.set(this.#floats(this.#layout.bounds, leafCount));
  }

  #eachLeaf(firstLeaf: number, endLeaf: number, work: (leaf: number, count: number) => void): void {
    for (let leaf = firstLeaf; leaf < endLeaf; leaf++) {
      const start = leaf * this.#layout.leafRows;
      const count = this.#endRow(leaf + 1) - start;
      this.#setIds(start, count);
      work(leaf, count);
    }
  }

  /** Puts queries that are no rows of the index where they are looked for, as many as fit at a time. */
  #eachBatch(queries: Float32Array, work: (start: number, count: number) => void): void {
    const { leafRows, stride, ids } = this.#layout;
    for (let at = 0; at < queries.length; at += leafRows * stride) {
      const part = queries.subarray(at, at + leafRows * stride);
      this.#floats(this.#layout.queries, part.length).set(part);
      const count = part.length / stride;
      this.#ints(ids, count).fill(-1);
      work(at / stride, count);
    }
  }

  #setIds(start: number, count: number): void {
    const ids = this.#ints(this.#layout.ids, count);
    for (let i = 0; i < count; i++) ids[i] = start + i;
  }

  /** Copies rows to where queries stand. */
  #gather(rows: Int32Array): number {
    const { stride, queries } = this.#layout;
    const all = this.#floats(this.#layout.rows, this.#layout.rowCount * stride);
    const to = this.#floats(queries, rows.length * stride);
    rows.forEach((row, i) => {
      to.set(all.subarray(row * stride, (row + 1) * stride), i * stride);
    });
    return queries;
  }

  #packLeaf(leaf: number): void {
    const { features, stride, leafRows } = this.#layout;
    const start = leaf * leafRows;
    const count = this.#endRow(leaf + 1) - start;
    const rows = this.#floats(this.#rowAt(start), count * stride);
    const box = this.#floats(this.#layout.boxes + leaf * 3 * stride * 4, 3 * stride);
    const center = box.subarray(2 * stride);
    this.#floats(this.#layout.radii, this.#layout.leafCount)[leaf] = surround(rows, stride, box);
    const panels = this.#floats(this.#layout.panels + start * features * 4, leafRows * features).fill(0);
    const halves = this.#floats(this.#layout.negativeHalves + start * 4, leafRows);
    halves.fill(Number.NEGATIVE_INFINITY);
    const shrink = 1 - searchMargin(features);
    for (let i = 0; i < count; i++) {
      const panel = (i >> 3) * features * 8 + (i & 7);
      let norm = 0;
      for (let j = 0; j < features; j++) {
        const difference = Math.fround((rows[i * stride + j] ?? 0) - (center[j] ?? 0));
        panels[panel + j * 8] = difference;
        norm += difference * difference;
      }
      halves[i] = (-norm * shrink) / 2;
    }
  }

  /** The component of all rows of a leaf, or -1. */
  #commonComponent(leaf: number): number {
    const start = leaf * this.#layout.leafRows;
    const end = this.#endRow(leaf + 1);
    const components = this.#ints(this.#layout.components, this.#layout.rowCount);
    const first = components[start] ?? -1;
    for (let row = start + 1; row < end; row++) if (components[row] !== first) return -1;
    return first;
  }

  /** A row of the leaf when all of its rows that have a component are in one tree of `link`, else -1. */
  #commonTree(leaf: number): number {
    const { leafRows, rowCount } = this.#layout;
    const components = this.#ints(this.#layout.components, rowCount);
    const parents = this.#ints(this.#layout.parents, rowCount);
    const root = (row: number): number => {
      let at = row;
      while ((parents[at] ?? at) !== at) at = parents[at] ?? at;
      return at;
    };
    let first = -1;
    for (let row = leaf * leafRows; row < this.#endRow(leaf + 1); row++) {
      if ((components[row] ?? -1) < 0) continue;
      if (first < 0) first = row;
      else if (root(row) !== root(first)) return -1;
    }
    return first;
  }

  #endRow(endLeaf: number): number {
    return Math.min(endLeaf * this.#layout.leafRows, this.#layout.rowCount);
  }

  #rowAt(row: number): number {
    return this.#layout.rows + row * this.#layout.stride * 4;
  }

  #floats(offset: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.buffer, offset, length);
  }

  #doubles(offset: number, length: number): Float64Array {
    return new Float64Array(this.#kernel.buffer, offset, length);
  }

  #ints(offset: number, length: number): Int32Array {
    return new Int32Array(this.#kernel.buffer, offset, length);
  }
}
