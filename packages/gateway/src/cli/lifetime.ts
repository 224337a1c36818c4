/** Steps to undo at the end, latest first; each runs even when another fails. */
export type Undo = () => Promise<void> | void;

/**
 * The life of a process that serves: collects what has to be undone, and undoes it once, when the process is told to end or
 * a start fails half-way.
 */
export class Lifetime {
  readonly #undo: Undo[] = [];
  readonly #ending = new AbortController();
  #end: Promise<void> | undefined;

  /** Aborts when the process has been told to end: long work stops at the next good moment. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Something was opened; this closes it. When the end has already begun it is closed at once. */
  async onEnd(undo: Undo): Promise<void> {
    if (this.#end === undefined) this.#undo.push(undo);
    else await undo();
  }

  end(): Promise<void> {
    this.#ending.abort();
    this.#end ??= this.#runAll();
    return this.#end;
  }

  async #runAll(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch {
        // The next one still has to run; what failed to close ends with the process.
      }
    }
  }
}
