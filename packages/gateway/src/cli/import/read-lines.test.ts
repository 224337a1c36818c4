import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Line, longestLine, readLines } from './read-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer): Promise<Line[]> {
  const file = join(folder, 'file');
  await writeFile(file, content);
  const lines: Line[] = [];
  for await (const some of readLines(file)) lines.push(...some);
  return lines;
}

// Many runs, on a machine that may be busy: slow is not wrong.
describe('readLines', { timeout: 60_000 }, () => {
  it('gives the lines of any text, with LF or CRLF, with and without one at the end', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '⚽', ' ', '\u2028', '"') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (lines, end, last) => {
          const content = lines.join(end) + (last && lines.length > 0 ? end : '');
          const expected =
            content === '' ? [] : last ? lines : lines.at(-1) === '' ? lines.slice(0, -1) : lines;
          const got = await read(content);
          expect(got.map(({ text }) => text)).toEqual(expected);
          expect(got.map(({ line }) => line)).toEqual(expected.map((_, i) => i + 1));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is whole over the chunks of a large file', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `linha ${i} ⚽`);
    expect((await read(lines.join('\n'))).map(({ text }) => text)).toEqual(lines);
  });

  it('passes over a byte order mark', async () => {
    expect((await read('\ufeffid,name\n'))[0]?.text).toBe('id,name');
  });

  it('keeps only the beginning of a line that is too long, and goes on after it', async () => {
    const lines = await read(`a\n${'x'.repeat(longestLine * 3)}\nb`);
    expect(lines.map(({ line, tooLong }) => [line, tooLong])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(lines[1]?.text.length).toBeLessThan(10_000);
    expect(lines[2]?.text).toBe('b');
  });

  it('says what is wrong with a file', async () => {
    await expect(readLines(join(folder, 'none')).next()).rejects.toThrow(/There is no file/);
    await expect(readLines(folder).next()).rejects.toThrow(/is a folder/);
    await expect(read(Buffer.from('\ufeffid', 'utf16le'))).rejects.toThrow(/UTF-16/);
  });
});
