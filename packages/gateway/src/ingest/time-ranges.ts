/** A set of instants as half-open ranges [from, to) that do not touch: two comparisons tell whether one is in it. */
export class TimeRanges {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  constructor(ranges: Iterable<{ from: number; to: number }> = []) {
    for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
      const last = this.#to.length - 1;
      if (range.from <= (this.#to[last] ?? -Infinity))
        this.#to[last] = Math.max(range.to, this.#to[last] ?? range.to);
      else {
        this.#from.push(range.from);
        this.#to.push(range.to);
      }
    }
  }

  with(from: number, to: number): TimeRanges {
    return new TimeRanges([
      ...this.#from.map((start, at) => ({ from: start, to: this.#to[at] ?? start })),
      { from, to },
    ]);
  }

  /** Whether every instant from the first to the last, both included, is in it. The latest range is looked at first. */
  covers(first: number, last: number): boolean {
    for (let at = this.#from.length - 1; at >= 0; at -= 1) {
      if (first >= (this.#from[at] ?? Infinity)) return last < (this.#to[at] ?? -Infinity);
    }
    return false;
  }
}
