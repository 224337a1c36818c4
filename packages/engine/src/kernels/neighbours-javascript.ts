import { EngineError } from '../errors.ts';
import { type NeighbourKernel, type SearchLayout, searchMargin, searchModes } from './neighbour-kernel.ts';

/** The same searches as assembly/neighbours.ts, where WebAssembly cannot be had, and to the same numbers. */
export class JavaScriptNeighbourKernel implements NeighbourKernel {
  readonly device = 'js';
  buffer = new ArrayBuffer(0);
  #floats = new Float32Array(0);
  #doubles = new Float64Array(0);
  #ints = new Int32Array(0);
  #layout: SearchLayout | undefined;
  #minPoints = 0;

  reserve(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    try {
      this.buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    } catch (cause) {
      throw new EngineError('engine_out_of_memory', `${bytes} bytes of memory could not be had.`, { cause });
    }
    this.#floats = new Float32Array(this.buffer);
    this.#doubles = new Float64Array(this.buffer);
    this.#ints = new Int32Array(this.buffer);
  }

  configure(layout: SearchLayout, minPoints: number): void {
    this.#layout = layout;
    this.#minPoints = minPoints;
  }

  bounds(box: number, _radius: number, leafCount: number, output: number): void {
    const { stride, boxes } = this.#at;
    const floats = this.#floats;
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const other = boxes / 4 + leaf * 3 * stride;
      let total = 0;
      for (let j = 0; j < stride; j++) {
        const below = (floats[other + j] ?? 0) - (floats[box / 4 + stride + j] ?? 0);
        const above = (floats[box / 4 + j] ?? 0) - (floats[other + stride + j] ?? 0);
        const gap = Math.max(0, below, above);
        total += gap * gap;
      }
      floats[output / 4 + leaf] = total * (1 - searchMargin(stride));
    }
  }

  /** Reads them where they are. */
  prepare(): void {}

  visit(mode: number, queries: number, count: number, leaf: number): number {
    const { leafRows, rowCount, stride } = this.#at;
    const end = Math.min((leaf + 1) * leafRows, rowCount);
    for (let query = 0; query < count; query++) {
      if (this.#joined(mode, query, leaf) || !this.#reaches(mode, query, queries, leaf)) continue;
      const at = queries / 4 + query * stride;
      let limit = this.#limit(mode, query);
      for (let row = leaf * leafRows; row < end && limit >= 0; row++) {
        const squared = this.#measure(at, row, limit);
        if (squared > limit) continue;
        this.#look(mode, query, row, squared);
        limit = this.#limit(mode, query);
      }
    }
    let largest = -1;
    for (let query = 0; query < count; query++) largest = Math.max(largest, this.#limit(mode, query));
    return largest;
  }

  get #at(): SearchLayout {
    if (!this.#layout) throw new Error('A search kernel is used before it is configured.');
    return this.#layout;
  }

  #limit(mode: number, query: number): number {
    const { ids, limits, components, cores, bests } = this.#at;
    if (mode !== searchModes.foreign) return this.#doubles[limits / 8 + query] ?? -1;
    const row = this.#ints[ids / 4 + query] ?? 0;
    const best = this.#doubles[bests / 8 + (this.#ints[components / 4 + row] ?? 0)] ?? 0;
    return (this.#doubles[cores / 8 + row] ?? 0) >= best ? -1 : best;
  }

  #joined(mode: number, query: number, leaf: number): boolean {
    const { ids, components, leafComponents } = this.#at;
    if (mode !== searchModes.foreign && mode !== searchModes.link) return false;
    const whole = this.#ints[leafComponents / 4 + leaf] ?? -1;
    if (whole < 0) return false;
    const row = this.#ints[ids / 4 + query] ?? 0;
    if (mode === searchModes.foreign) return this.#ints[components / 4 + row] === whole;
    return this.#find(row) === this.#find(whole);
  }

  /** Whether any point of the leaf's box could be within the query's limit. */
  #reaches(mode: number, query: number, queries: number, leaf: number): boolean {
    const { boxes, stride } = this.#at;
    const floats = this.#floats;
    const limit = this.#limit(mode, query);
    if (limit < 0) return false;
    const box = boxes / 4 + leaf * 3 * stride;
    const at = queries / 4 + query * stride;
    let total = 0;
    for (let j = 0; j < stride; j++) {
      const value = floats[at + j] ?? 0;
      const gap = Math.max(0, (floats[box + j] ?? 0) - value, value - (floats[box + stride + j] ?? 0));
      total += gap * gap;
    }
    const bound = total * (1 - searchMargin(stride));
    return mode <= searchModes.foreign ? bound < limit : bound <= limit;
  }

  #look(mode: number, query: number, row: number, squared: number): void {
    if (mode === searchModes.nearest) this.#keepNearest(query, row, squared);
    else if (mode === searchModes.foreign) this.#keepShortest(query, row, squared);
    else if (mode === searchModes.count) this.#count(query);
    else if (mode === searchModes.link) this.#link(query, row);
    else this.#keepAssigned(query, row, squared);
  }

  #keepNearest(query: number, row: number, squared: number): void {
    const { ids, limits, neighbours, distances, found } = this.#at;
    if (this.#ints[ids / 4 + query] === row) return;
    if (!(squared < (this.#doubles[limits / 8 + query] ?? 0))) return;
    const list = distances / 8 + query * neighbours;
    const names = found / 4 + query * neighbours;
    let place = neighbours - 1;
    while (place > 0 && (this.#doubles[list + place - 1] ?? 0) > squared) {
      this.#doubles[list + place] = this.#doubles[list + place - 1] ?? 0;
      this.#ints[names + place] = this.#ints[names + place - 1] ?? 0;
      place--;
    }
    this.#doubles[list + place] = squared;
    this.#ints[names + place] = row;
    this.#doubles[limits / 8 + query] = this.#doubles[list + neighbours - 1] ?? 0;
  }

  #keepShortest(query: number, row: number, squared: number): void {
    const { ids, components, cores, bests } = this.#at;
    const from = this.#ints[ids / 4 + query] ?? 0;
    const own = this.#ints[components / 4 + from] ?? 0;
    const other = this.#ints[components / 4 + row] ?? 0;
    if (own === other) return;
    const core = Math.max(this.#doubles[cores / 8 + from] ?? 0, this.#doubles[cores / 8 + row] ?? 0);
    if (core >= (this.#doubles[bests / 8 + own] ?? 0)) return;
    const weight = Math.max(core, squared);
    if (weight < (this.#doubles[bests / 8 + other] ?? 0)) this.#setBest(other, weight, row, from);
    if (weight < (this.#doubles[bests / 8 + own] ?? 0)) this.#setBest(own, weight, from, row);
  }

  #setBest(component: number, weight: number, from: number, to: number): void {
    const { bests, bestFrom, bestTo } = this.#at;
    this.#doubles[bests / 8 + component] = weight;
    this.#ints[bestFrom / 4 + component] = from;
    this.#ints[bestTo / 4 + component] = to;
  }

  #count(query: number): void {
    const { limits, found } = this.#at;
    const counted = (this.#ints[found / 4 + query] ?? 0) + 1;
    this.#ints[found / 4 + query] = counted;
    if (counted >= this.#minPoints) this.#doubles[limits / 8 + query] = -1;
  }

  #link(query: number, row: number): void {
    const { ids, components, parents } = this.#at;
    if ((this.#ints[components / 4 + row] ?? -1) < 0) return;
    const a = this.#find(this.#ints[ids / 4 + query] ?? 0);
    const b = this.#find(row);
    this.#ints[parents / 4 + Math.max(a, b)] = Math.min(a, b);
  }

  #keepAssigned(query: number, row: number, squared: number): void {
    const { limits, components, cores, originals, found } = this.#at;
    if ((this.#ints[components / 4 + row] ?? -1) < 0) return;
    const limit = this.#doubles[limits / 8 + query] ?? -1;
    const core = this.#doubles[cores / 8 + row] ?? 0;
    if (core > limit) return;
    const weight = Math.max(core, squared);
    const before = this.#ints[found / 4 + query] ?? -1;
    if (weight === limit && before >= 0) {
      if ((this.#ints[originals / 4 + before] ?? 0) < (this.#ints[originals / 4 + row] ?? 0)) return;
    }
    this.#ints[found / 4 + query] = row;
    this.#doubles[limits / 8 + query] = weight;
  }

  #find(row: number): number {
    const parents = this.#at.parents / 4;
    let at = row;
    for (;;) {
      const parent = this.#ints[parents + at] ?? at;
      if (parent === at) return at;
      const grandparent = this.#ints[parents + parent] ?? parent;
      this.#ints[parents + at] = grandparent;
      at = grandparent;
    }
  }

  /**
   * In float64, even and odd features summed apart, as the assembly does it; no further than it takes to be beyond
   * `limit`.
   */
  #measure(at: number, row: number, limit: number): number {
    const floats = this.#floats;
    const { rows, stride } = this.#at;
    let even = 0;
    let odd = 0;
    let other = rows / 4 + row * stride;
    for (let here = at; here < at + stride; here += 4) {
      const a = (floats[here] ?? 0) - (floats[other] ?? 0);
      const b = (floats[here + 1] ?? 0) - (floats[other + 1] ?? 0);
      const c = (floats[here + 2] ?? 0) - (floats[other + 2] ?? 0);
      const d = (floats[here + 3] ?? 0) - (floats[other + 3] ?? 0);
      even += a * a;
      odd += b * b;
      even += c * c;
      odd += d * d;
      if (even + odd > limit) break;
      other += 4;
    }
    return even + odd;
  }
}
