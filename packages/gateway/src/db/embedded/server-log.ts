import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** The server's log file, kept below two times `limit`: itself, and one older part beside it (`.1`). */
export type ServerLog = {
  /** A descriptor for the server's output; the caller closes it. */
  open(): number;
  /** Bytes so far. */
  size(): number;
  /** The last lines from this byte on. */
  tail(from: number, lines?: number): string;
  /** Moves the content to the older part where the file has outgrown the limit. */
  trim(): void;
};

export function serverLog(path: string, limit = 4 * 1024 * 1024): ServerLog {
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return {
    open: () => openSync(path, 'a', 0o600),
    size,
    tail(from, lines = 12) {
      const end = size();
      const start = Math.max(end < from ? 0 : from, end - 16_384);
      if (end <= start) return '';
      const bytes = Buffer.alloc(end - start);
      const file = openSync(path, 'r');
      try {
        readSync(file, bytes, 0, bytes.length, start);
      } finally {
        closeSync(file);
      }
      return bytes.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
    },
    trim() {
      if (size() <= limit) return;
      // The server holds the file open for appending, so it is emptied in place: a rename would take its output along.
      copyFileSync(path, `${path}.1`);
      truncateSync(path, 0);
    },
  };
}
