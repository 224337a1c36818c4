/** How far centroids have moved, a step at a time, as the deadlines of rows are compared with it. */
export class Drift {
  readonly #features: number;
  readonly #thresholds: Float64Array;
  #centroids: Float32Array | undefined;

  constructor(clusters: number, features: number) {
    this.#features = features;
    this.#thresholds = new Float64Array(clusters);
  }

  /** Each cluster's threshold once the centroids are these; 0 at the first ones. Rounded up. */
  follow(centroids: Float32Array): Float32Array {
    const before = this.#centroids ?? centroids;
    const moves = Float64Array.from(this.#thresholds, (_, k) =>
      distance(before, centroids, k, this.#features),
    );
    let mover = -1;
    let most = 0;
    let next = 0;
    moves.forEach((own, k) => {
      if (own > most) {
        next = most;
        most = own;
        mover = k;
      } else next = Math.max(next, own);
    });
    moves.forEach((own, k) => {
      this.#thresholds[k] = (this.#thresholds[k] ?? 0) + own + (k === mover ? next : most);
    });
    this.#centroids = centroids.slice();
    return Float32Array.from(this.#thresholds, (threshold) => threshold * (1 + 2 ** -22));
  }
}

function distance(a: Float32Array, b: Float32Array, k: number, features: number): number {
  let sum = 0;
  for (let i = k * features; i < (k + 1) * features; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
