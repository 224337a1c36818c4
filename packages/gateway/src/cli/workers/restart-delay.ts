const firstMs = 100;
const longestMs = 10_000;
/** A worker that lived this long is taken to have been well: what ended it is a new trouble. */
const wellMs = 30_000;

/** How long to wait before a worker that died is replaced: longer each time that it dies soon again. */
export class RestartDelay {
  #failures = 0;

  /** @param livedMs how long the one that died had been there */
  next(livedMs: number): number {
    if (livedMs >= wellMs) this.#failures = 0;
    this.#failures += 1;
    return Math.min(longestMs, firstMs * 2 ** (this.#failures - 1));
  }
}
