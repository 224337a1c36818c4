export type Located = { x: number; y: number };

/**
 * Points in square cells, so that the nearest to a place is found by looking at the cells around it and not at every
 * point. Build it in the unit of the question: pixels, for a pointer.
 */
export class PointGrid<T extends Located> {
  readonly #cell: number;
  readonly #cells = new Map<string, T[]>();

  constructor(points: Iterable<T>, cell: number) {
    this.#cell = cell;
    for (const point of points) {
      const key = this.#key(this.#index(point.x), this.#index(point.y));
      const known = this.#cells.get(key);
      if (known === undefined) this.#cells.set(key, [point]);
      else known.push(point);
    }
  }

  /** The nearest point within `radius` that `fits`; the first of equals. */
  nearest(x: number, y: number, radius: number, fits: (point: T) => boolean = () => true): T | undefined {
    let best: T | undefined;
    let closest = radius * radius;
    for (let column = this.#index(x - radius); column <= this.#index(x + radius); column += 1) {
      for (let row = this.#index(y - radius); row <= this.#index(y + radius); row += 1) {
        for (const point of this.#cells.get(this.#key(column, row)) ?? []) {
          const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
          if ((distance < closest || (best === undefined && distance === closest)) && fits(point)) {
            best = point;
            closest = distance;
          }
        }
      }
    }
    return best;
  }

  #index(value: number): number {
    return Math.floor(value / this.#cell);
  }

  #key(column: number, row: number): string {
    return `${column},${row}`;
  }
}
