const utf8 = new TextEncoder();

/** Lines of JSON on their way out, as a body. Knows how much of it nobody has taken yet. */
export class LineWriter {
  readonly body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #waiting: (() => void)[] = [];
  #over = false;

  /** @param onGone the reader has gone */
  constructor(onGone: () => void) {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          for (const go of this.#waiting.splice(0)) go();
        },
        cancel: () => {
          this.#over = true;
          for (const go of this.#waiting.splice(0)) go();
          onGone();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark }),
    );
  }

  /** Bytes that are written and not taken. */
  get untaken(): number {
    return highWaterMark - (this.#controller?.desiredSize ?? highWaterMark);
  }

  write(lines: readonly object[]): void {
    if (this.#over || lines.length === 0) return;
    this.#controller?.enqueue(utf8.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  }

  /** Resolves when the reader has taken what waits, to whether it did so in time. */
  async taken(ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (!this.#over && this.untaken > highWaterMark) {
      const left = end - performance.now();
      if (left <= 0) return false;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((go) => {
        this.#waiting.push(go);
        timer = setTimeout(go, left);
      });
      clearTimeout(timer);
    }
    return true;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller?.close();
  }

  /** Breaks the answer off, so that nobody takes it for whole. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller?.error(error);
  }
}

const highWaterMark = 64 * 1024;
