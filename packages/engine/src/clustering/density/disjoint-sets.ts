/** Sets that only ever join (Tarjan 1975), by size, with halved paths. */
export class DisjointSets {
  /** Sets that there are. */
  count: number;
  readonly #parents: Int32Array;
  readonly #sizes: Int32Array;

  /** Every element from 0 to `size` − 1 is a set at first. */
  constructor(size: number) {
    this.count = size;
    this.#parents = Int32Array.from({ length: size }, (_, element) => element);
    this.#sizes = new Int32Array(size).fill(1);
  }

  /** The element that stands for the set. */
  find(element: number): number {
    let at = element;
    for (;;) {
      const parent = this.#parents[at] ?? at;
      if (parent === at) return at;
      const grandparent = this.#parents[parent] ?? parent;
      this.#parents[at] = grandparent;
      at = grandparent;
    }
  }

  /** The element that stands for both from then on; −1 when they were one set already. */
  join(a: number, b: number): number {
    const first = this.find(a);
    const second = this.find(b);
    if (first === second) return -1;
    const [large, small] = this.sizeOf(first) < this.sizeOf(second) ? [second, first] : [first, second];
    this.#parents[small] = large;
    this.#sizes[large] = this.sizeOf(large) + this.sizeOf(small);
    this.count--;
    return large;
  }

  /** Elements of a set, by the element that stands for it. */
  sizeOf(representative: number): number {
    return this.#sizes[representative] ?? 0;
  }
}
