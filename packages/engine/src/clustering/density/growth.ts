import type { SearchCalls } from '../../neighbours/calls.ts';
import type { Forest } from './forest.ts';

/** The nearest other points of every row, nearest first, `width` a row: squared distances, and which they are. */
export interface NeighbourLists {
  readonly width: number;
  readonly distances: Float64Array;
  readonly found: Int32Array;
}

const rowsATurn = 8192;

/** The shortest edge out of each component, as far as it is known. */
export class Growth {
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
