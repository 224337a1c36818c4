import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from './read-csv.ts';
import type { Line } from './read-lines.ts';

/** The lines of a text, a few at a time. */
async function* linesOf(text: string, some = 3): AsyncGenerator<Line[]> {
  const lines = text.split('\n').map((line, i) => ({ line: i + 1, text: line, tooLong: false }));
  for (let from = 0; from < lines.length; from += some) yield lines.slice(from, from + some);
}

async function read(text: string, options: Partial<CsvOptions> = {}, some?: number) {
  const rows: [number, string][] = [];
  const rejects: [number, string][] = [];
  for await (const items of readCsv(linesOf(text, some), { delimiter: ',', needed: [], ...options })) {
    for (const item of items) {
      if ('row' in item) rows.push([item.row.line, item.row.content]);
      else rejects.push([item.reject.line, item.reject.code]);
    }
  }
  return { rows, rejects };
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

// Many runs, on a machine that may be busy: slow is not wrong.
describe('readCsv', { timeout: 60_000 }, () => {
  it('reads back any table that is quoted as RFC 4180 says, and knows where each row begins', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', ';') });
    const table = fc.array(fc.tuple(cell, cell), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 5 }), async (cells, some) => {
        const records = cells.map((row) => row.map(quoted).join(','));
        const starts: number[] = [];
        let line = 2;
        for (const record of records) {
          starts.push(line);
          line += record.split('\n').length;
        }
        const { rows, rejects } = await read(['x,y', ...records].join('\n'), {}, some);
        expect(rejects).toEqual([]);
        expect(rows).toEqual(cells.map((row, i) => [starts[i], JSON.stringify(row)]));
      }),
    );
  });

  it('a bad line spoils no other', async () => {
    const text = ['x,y', '1,2', '3', '', '4,5"6', '7,8', '9,"10"a', '"11,12', '13,14', '   ', '15,16'].join(
      '\n',
    );
    const { rows, rejects } = await read(text);
    expect(rows.map(([line]) => line)).toEqual([2, 6, 9, 11]);
    expect(rejects.toSorted(([a], [b]) => a - b)).toEqual([
      [3, 'row_uneven'],
      [5, 'row_unreadable'],
      [7, 'row_unreadable'],
      [8, 'row_unreadable'],
    ]);
  });

  it('a quote that is never closed takes only its own line, however long the file is', async () => {
    const rest = Array.from({ length: 500 }, (_, i) => `${i},x`);
    const { rows, rejects } = await read(['x,y', '"open,1', ...rest].join('\n'), {}, 50);
    expect(rows.map(([line]) => line)).toEqual(rest.map((_, i) => i + 3));
    expect(rejects).toEqual([[2, 'row_unreadable']]);
  });

  it('reads columns between runs of blanks', async () => {
    const { rows, rejects } = await read(' id  date n\n 1 19970101  2\n\n 2\t19970102 3 \n 3 19970103\n', {
      delimiter: 'whitespace',
    });
    expect(rows).toEqual([
      [2, '["1","19970101","2"]'],
      [4, '["2","19970102","3"]'],
    ]);
    expect(rejects).toEqual([[5, 'row_uneven']]);
  });

  it('takes names for a file without a header', async () => {
    expect((await read('1;2', { delimiter: ';', columns: ['a', 'b'], needed: ['b'] })).rows).toEqual([
      [1, '["1","2"]'],
    ]);
  });

  it('says which column is missing, and that an empty file is empty', async () => {
    await expect(read('a,b\n1,2', { needed: ['a', 'c'] })).rejects.toThrow(
      'The file has no column "c"; it has "a", "b".',
    );
    await expect(read('\n\n')).rejects.toThrow(/no header/);
  });
});
