/**
 * How far everything is done, of things that begin in order and end in any: an offset or a delivery tag may only be given
 * back when all before it are done too.
 */
export class Progress<Position> {
  #open: { position: Position; done: boolean }[] = [];
  /** Of #open, how many are behind us: cut off now and then, since cutting off one costs as much as cutting off many. */
  #passed = 0;
  #reached: Position | undefined;

  /** @returns to be called when it is done; more than once is as good as once */
  begin(position: Position): () => void {
    const entry = { position, done: false };
    this.#open.push(entry);
    return () => {
      entry.done = true;
      this.#advance();
    };
  }

  /** The last position up to which everything is done; undefined before the first. */
  get reached(): Position | undefined {
    return this.#reached;
  }

  #advance(): void {
    for (let entry = this.#open[this.#passed]; entry?.done; entry = this.#open[this.#passed]) {
      this.#reached = entry.position;
      this.#passed += 1;
    }
    if (this.#passed >= 1000 || this.#passed === this.#open.length) {
      this.#open = this.#open.slice(this.#passed);
      this.#passed = 0;
    }
  }
}
