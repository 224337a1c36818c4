import { DisjointSets } from './disjoint-sets.ts';

/** n − 1 edges between rows of the index; weights are squared mutual reachability distances. */
export interface SpanningTree {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/** Disjoint trees over the rows, and the edges that joined them. */
export class Forest {
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
