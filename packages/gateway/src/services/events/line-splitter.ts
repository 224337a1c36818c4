import { isUtf8 } from 'node:buffer';

/** A line that holds something. `line` counts from 1, blank ones included; `text` is without its end. */
export type Line = {
  line: number;
  text: string;
  /** Why it cannot be read as text; `text` is then the beginning of what came. */
  fault?: string;
};

const newline = 0x0a;
/** Bytes of an unreadable line that are kept, for who looks for the mistake. */
const shown = 1024;
const blank = /^[ \t\r]*$/;
const byteOrderMark = /^\ufeff/;

/**
 * Cuts bytes into lines (LF or CRLF), however they are cut up when they come. Of a line beyond `maxLineBytes` only the beginning is
 * kept, so that a body without line ends fills no memory.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  /** The beginning of a line whose end has not come: one buffer, because of a line that comes byte by byte the pieces would be many. */
  #held = Buffer.alloc(0);
  /** Bytes of that line so far, those included that are not kept. */
  #size = 0;
  #lines = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Lines that have ended, blank ones included. */
  get lines(): number {
    return this.#lines;
  }

  /** The lines that end in this chunk. */
  *push(chunk: Uint8Array): Generator<Line> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      const line = this.#take(bytes.subarray(from, at));
      from = at + 1;
      if (line !== undefined) yield line;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  /** The last line, where nothing ends it. */
  *end(): Generator<Line> {
    if (this.#size === 0) return;
    const line = this.#take(Buffer.alloc(0));
    if (line !== undefined) yield line;
  }

  #hold(piece: Uint8Array): void {
    // One byte beyond the limit is enough to know.
    const most = this.#maxLineBytes + 1;
    const kept = Math.min(this.#size, most);
    const more = piece.subarray(0, most - kept);
    this.#size += piece.length;
    if (kept + more.length > this.#held.length) {
      const grown = Buffer.alloc(Math.min(most, Math.max(2 * this.#held.length, kept + more.length)));
      grown.set(this.#held.subarray(0, kept));
      this.#held = grown;
    }
    this.#held.set(more, kept);
  }

  #take(rest: Buffer): Line | undefined {
    this.#lines += 1;
    if (this.#size === 0) return this.#read(rest, rest.length);
    this.#hold(rest);
    const size = this.#size;
    this.#size = 0;
    return this.#read(this.#held.subarray(0, Math.min(size, this.#maxLineBytes + 1)), size);
  }

  #read(bytes: Buffer, size: number): Line | undefined {
    const line = this.#lines;
    const beginning = () => bytes.subarray(0, Math.min(shown, this.#maxLineBytes)).toString('utf8');
    if (size > this.#maxLineBytes)
      return { line, text: beginning(), fault: `is longer than ${this.#maxLineBytes} bytes` };
    if (!isUtf8(bytes)) return { line, text: beginning(), fault: 'is not UTF-8' };
    const text = line === 1 ? bytes.toString('utf8').replace(byteOrderMark, '') : bytes.toString('utf8');
    return blank.test(text) ? undefined : { line, text };
  }
}
