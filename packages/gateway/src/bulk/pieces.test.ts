import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PieceReader } from './pieces.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pieces-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function cut(text: string | Buffer, pieceBytes: number) {
  const path = join(folder, 'file');
  await writeFile(path, text);
  const file = await open(path, 'r');
  const reader = new PieceReader({ file, size: Buffer.byteLength(text), folder, pieceBytes, quotes: true });
  const pieces: { text: string; copy: string; odd: boolean; quoted: boolean; crlf: boolean }[] = [];
  for (let at = 0; ; ) {
    const piece = await reader.next(at);
    if (piece === undefined) break;
    expect(piece.from).toBe(at);
    at = piece.to;
    const { odd, quoted, crlf } = piece;
    pieces.push({
      text: piece.bytes.toString(),
      copy: await readFile(piece.path, 'utf8'),
      odd,
      quoted,
      crlf,
    });
    await piece.release();
  }
  await reader.close();
  await file.close();
  return pieces;
}

it('cuts at ends of records only, and leaves nothing out', async () => {
  const cell = fc.oneof(fc.stringMatching(/^[a-z]{0,9}$/), fc.constantFrom('"a\nb"', '"x""y"', '"1,2"'));
  const record = fc.tuple(cell, cell).map((cells) => `${cells.join(',')}\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 8, max: 200 }),
      async (records, size) => {
        const pieces = await cut(records.join(''), size);
        expect(pieces.map(({ text }) => text).join('')).toBe(records.join(''));
        for (const { text, copy, quoted } of pieces) {
          expect(copy).toBe(text);
          if (text.includes('"')) expect(quoted).toBe(true);
          expect(text.endsWith('\n')).toBe(true);
          expect(text.split('"').length % 2).toBe(1);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('says what only the exact reader may read', async () => {
  const oddOf = async (text: string | Buffer) =>
    (await cut(text, 1_000)).map(({ odd, crlf }) => ({ odd, crlf }));
  expect(await oddOf('a,b\r\nc,d\r\n')).toEqual([{ odd: false, crlf: true }]);
  expect(await oddOf('a,b\rc,d\r\n')).toEqual([{ odd: true, crlf: true }]);
  expect(await oddOf('a,b\r\nc,d\n')).toEqual([{ odd: true, crlf: true }]);
  expect(await oddOf('a,\0\n')).toEqual([{ odd: true, crlf: false }]);
  expect(await oddOf(Buffer.from([0x61, 0xff, 0x0a]))).toEqual([{ odd: true, crlf: false }]);
  expect(await oddOf('a,"b\n')).toEqual([{ odd: true, crlf: false }]);
});
