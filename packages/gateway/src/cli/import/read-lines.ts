import { createReadStream } from 'node:fs';
import { ImportFailure } from './failure.ts';

export type Line = { line: number; text: string; tooLong: boolean };

export const longestLine = 1_048_576;
const newline = 0x0a;
const shown = 1_000;

export type ReadLinesOptions = {
  signal?: AbortSignal;
  /** Told how many bytes have been read. */
  onBytes?: (bytes: number) => void;
};

/**
 * The lines of a file, some at a time, numbered from 1, without their ends (LF or CRLF). Of a line longer than
 * 1 MiB only the beginning is kept, so a file without line ends does not fill the memory.
 *
 * @throws {ImportFailure} the file is missing, is a folder, cannot be read, or is UTF-16
 */
export async function* readLines(
  file: string,
  { signal, onBytes }: ReadLinesOptions = {},
): AsyncGenerator<Line[]> {
  const stream = createReadStream(file, {
    highWaterMark: 262_144,
    ...(signal === undefined ? {} : { signal }),
  });
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let overflow = false;
  let line = 0;
  let bytes = 0;

  const take = (buffer: Buffer): Line => {
    line += 1;
    const tooLong = overflow || buffer.length > longestLine;
    overflow = false;
    const text = buffer.toString('utf8', 0, tooLong ? shown : buffer.length);
    const clean = line === 1 ? text.replace(/^\ufeff/, '') : text;
    return { line, text: clean.endsWith('\r') ? clean.slice(0, -1) : clean, tooLong };
  };

  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      if (bytes === 0) refuseUtf16(chunk, file);
      bytes += chunk.length;
      onBytes?.(bytes);
      const whole: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Line[] = [];
      let from = 0;
      for (let at = whole.indexOf(newline); at !== -1; at = whole.indexOf(newline, from)) {
        lines.push(take(whole.subarray(from, at)));
        from = at + 1;
      }
      rest = whole.subarray(from);
      if (rest.length > longestLine) {
        overflow = true;
        rest = rest.subarray(0, shown);
      }
      if (lines.length > 0) yield lines;
    }
    if (rest.length > 0) yield [take(rest)];
  } catch (error) {
    if (signal?.aborted) return;
    throw error instanceof ImportFailure ? error : unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): ImportFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new ImportFailure(`There is no file ${file}.`);
  if (code === 'EISDIR') return new ImportFailure(`${file} is a folder, not a file.`);
  if (code === 'EACCES' || code === 'EPERM')
    return new ImportFailure(`${file} may not be read by this user.`);
  return new ImportFailure(
    `${file} could not be read (${error instanceof Error ? error.message : String(error)}).`,
  );
}

function refuseUtf16(chunk: Buffer, file: string): void {
  const mark = chunk.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') {
    throw new ImportFailure(`${file} is UTF-16. Save it as UTF-8 and import that.`);
  }
}
