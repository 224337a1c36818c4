import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** A share of a file that ends where a record ends, as a file of its own for DuckDB to read. */
export type Piece = {
  /** Bytes of the file. */
  from: number;
  to: number;
  bytes: Buffer;
  path: string;
  /** Some value may be quoted, and hold the end of a line. */
  quoted: boolean;
  /** Lines end with CR LF. */
  crlf: boolean;
  /** Something in it (NUL, a lone CR, what is not UTF-8, a quote that nobody closes) that only the exact reader may read. */
  odd: boolean;
  release(): Promise<void>;
};

export type PieceOptions = {
  file: FileHandle;
  size: number;
  /** Where pieces are put. */
  folder: string;
  pieceBytes: number;
  /** Whether a quote may hold the end of a line. */
  quotes: boolean;
};

const newline = 0x0a;
const quote = 0x22;
/** A quoted value that runs over more than this was never closed. */
const longestQuoted = 1_048_576;

/** Cuts a file into pieces, from any offset at which a record begins. */
export class PieceReader {
  readonly #options: PieceOptions;
  readonly #free: { bytes: Buffer; file: FileHandle; path: string }[] = [];
  #made = 0;

  constructor(options: PieceOptions) {
    this.#options = options;
  }

  /** Undefined at the end of the file. */
  async next(from: number): Promise<Piece | undefined> {
    const { size, quotes } = this.#options;
    if (from >= size) return undefined;
    const place = await this.#place();
    let { bytes } = place;
    let read = await this.#fill(bytes, from, 0);
    let cut = cutOf(bytes.subarray(0, read), from + read >= size, quotes);
    // One record is longer than a piece.
    while (cut === undefined) {
      const larger = Buffer.allocUnsafe(bytes.length * 2);
      bytes.copy(larger, 0, 0, read);
      bytes = larger;
      read = await this.#fill(bytes, from, read);
      cut = cutOf(bytes.subarray(0, read), from + read >= size, quotes);
    }
    const own = bytes.subarray(0, cut.end);
    const crlf = own.includes(0x0d);
    await writeAll(place.file, own);
    await place.file.truncate(own.length);
    return {
      from,
      to: from + cut.end,
      bytes: own,
      path: place.path,
      quoted: cut.quoted,
      crlf,
      odd: cut.odd || own.includes(0) || (crlf && !isAllCrlf(own)) || !isUtf8(own),
      release: async () => {
        this.#free.push({ ...place, bytes });
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.splice(0).map(({ file }) => file.close()));
  }

  async #fill(bytes: Buffer, from: number, already: number): Promise<number> {
    let read = already;
    while (read < bytes.length) {
      const { bytesRead } = await this.#options.file.read(bytes, read, bytes.length - read, from + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return read;
  }

  async #place() {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    const path = join(this.#options.folder, `piece-${this.#made}`);
    return { bytes: Buffer.allocUnsafe(this.#options.pieceBytes), file: await open(path, 'w'), path };
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, written);
    written += bytesWritten;
  }
}

type Cut = { end: number; quoted: boolean; odd: boolean };

function cutOf(bytes: Buffer, isLast: boolean, quotes: boolean): Cut | undefined {
  const last = isLast ? bytes.length - 1 : bytes.lastIndexOf(newline);
  if (last < 0 && !isLast) return undefined;
  const quoted = quotes && bytes.includes(quote);
  if (!quoted) return { end: last + 1, quoted, odd: false };
  let open = false;
  let closed = -1;
  for (let at = 0; at <= last; at += 1) {
    const byte = bytes[at];
    if (byte === quote) open = !open;
    else if (byte === newline && !open) closed = at;
  }
  if (isLast) return { end: bytes.length, quoted, odd: open };
  if (closed >= 0 && last - closed <= longestQuoted) return { end: closed + 1, quoted, odd: false };
  // A record that is longer than the piece.
  if (closed < 0 && last <= longestQuoted) return undefined;
  return { end: last + 1, quoted, odd: true };
}

function isAllCrlf(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(newline), from = 0; at !== -1; at = bytes.indexOf(newline, from)) {
    if (bytes[at - 1] !== 0x0d) return false;
    // A CR before the one that ends the line.
    const first = bytes.indexOf(0x0d, from);
    if (first !== at - 1) return false;
    from = at + 1;
  }
  return true;
}
