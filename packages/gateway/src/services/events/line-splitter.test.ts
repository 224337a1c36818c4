import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineSplitter } from './line-splitter.ts';

const split = (chunks: Uint8Array[], maxLineBytes = 64): { lines: Line[]; counted: number } => {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
  return { lines, counted: splitter.lines };
};
const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (text: string) => split([bytes(text)]).lines.map(({ line, text }) => [line, text]);

/** The same bytes, cut at these places. */
const cut = (whole: Uint8Array, at: number[]): Uint8Array[] => {
  const places = [0, ...at.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((place, index) => whole.slice(places[index], place));
};

describe('LineSplitter', () => {
  it('numbers lines, passes over blank ones, and takes both line ends', () => {
    expect(texts('a\n\n \t\nb\r\n\r\nc')).toEqual([
      [1, 'a'],
      [4, 'b\r'],
      [6, 'c'],
    ]);
    expect(split([bytes('a\n\nb\n\n')]).counted).toBe(4);
    expect(split([bytes('a')])).toMatchObject({ lines: [{ line: 1, text: 'a' }], counted: 1 });
    expect(split([])).toEqual({ lines: [], counted: 0 });
  });

  it('drops a byte order mark at the very beginning alone', () => {
    expect(texts('\ufeff{}\n\ufeff{}')).toEqual([
      [1, '{}'],
      [2, '\ufeff{}'],
    ]);
    expect(texts('\ufeff\n{}')).toEqual([[2, '{}']]);
  });

  it('says what cannot be read, and goes on behind it', () => {
    const long = 'x'.repeat(70);
    const { lines } = split([
      bytes(`${long}\n`),
      new Uint8Array([0x61, 0xff, 0x0a]),
      bytes(`${'y'.repeat(64)}\nok`),
    ]);
    expect(lines).toEqual([
      { line: 1, text: 'x'.repeat(64), fault: 'is longer than 64 bytes' },
      { line: 2, text: 'a\ufffd', fault: 'is not UTF-8' },
      { line: 3, text: 'y'.repeat(64) },
      { line: 4, text: 'ok' },
    ]);
  });

  it('keeps little of a line that does not end', () => {
    const splitter = new LineSplitter(4096);
    const piece = new Uint8Array(64 * 1024).fill(0x78);
    for (let n = 0; n < 200; n += 1) expect([...splitter.push(piece)]).toEqual([]);
    const [line] = splitter.end();
    expect(line?.fault).toBe('is longer than 4096 bytes');
    expect(line?.text).toHaveLength(1024);
  });

  it('holds little more than the bytes of a line that comes byte by byte', () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const used = () => {
      if (typeof collect === 'function') collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const size = 200_000;
    const splitter = new LineSplitter(size);
    const before = used();
    for (let n = 0; n < size; n += 1)
      for (const _ of splitter.push(Uint8Array.of(0x78))) expect.unreachable();
    expect(used() - before).toBeLessThan(4 * 1024 * 1024);
    const [line] = splitter.end();
    expect(line).toEqual({ line: 1, text: 'x'.repeat(size) });
  });

  it('gives the same lines however the bytes are cut', () => {
    const content = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 20 }),
          fc.constantFrom('\n', '\r\n', '\ufeff', ' ', '{"a":"é漢🎲"}', 'x'.repeat(40)),
        ),
      )
      .map((parts) => bytes(parts.join('')));
    const broken = fc
      .uint8Array({ maxLength: 200 })
      .map((all) => all.map((byte) => (byte % 7 === 0 ? 10 : byte)));
    fc.assert(
      fc.property(fc.oneof(content, broken), fc.array(fc.nat(), { maxLength: 30 }), (whole, at) => {
        const uncut = split([whole]);
        expect(split(cut(whole, at))).toEqual(uncut);
        expect(split([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(uncut);
        // A reference that knows nothing of chunks.
        const ends = whole.filter((byte) => byte === 10).length;
        expect(uncut.counted).toBe(ends + (whole.length > 0 && whole.at(-1) !== 10 ? 1 : 0));
      }),
      { numRuns: 500 },
    );
  });
});
