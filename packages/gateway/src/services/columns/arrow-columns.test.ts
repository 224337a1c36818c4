import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ArrowColumns } from './arrow-columns.ts';
import { type Precision, toColumns } from './column-batch.ts';

/** Read by Apache's own package, which is not the one that writes. */

const text = (value: string | null) => (value === null ? null : Buffer.from(value));
type Row = [player: string, a: number | null, b: number | null];

const written = (batches: Row[][], precision: Precision = 'double') => {
  const arrow = new ArrowColumns(
    [
      { id: 'turnover_30d', metadata: { version: '1', unit: 'money' } },
      { id: 'casino_share_30d', metadata: { version: '2', unit: 'share' } },
    ],
    { asOf: '2026-05-05T14:03:00.000Z' },
    precision,
  );
  const parts = batches.map((rows) =>
    arrow.batch(
      toColumns(
        rows.map(([player, ...cells]) => [
          text(player),
          ...cells.map((value) => text(value?.toString() ?? null)),
        ]),
        2,
        precision,
      ),
    ),
  );
  return tableFromIPC(Buffer.concat([arrow.head, ...parts, arrow.end]));
};

it('says what the columns are, and as of when', () => {
  const { schema } = written([]);
  expect(schema.fields.map(({ name, type, nullable }) => [name, String(type), nullable])).toEqual([
    ['player', 'Utf8', false],
    ['turnover_30d', 'Float64', true],
    ['casino_share_30d', 'Float64', true],
  ]);
  expect(Object.fromEntries(schema.metadata)).toEqual({ asOf: '2026-05-05T14:03:00.000Z' });
  expect(Object.fromEntries(schema.fields[2]?.metadata ?? [])).toEqual({ version: '2', unit: 'share' });
});

it('gives back every row, whatever the batches', () => {
  const amount = fc.option(fc.maxSafeInteger(), { nil: null });
  const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
  const row: fc.Arbitrary<Row> = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), amount, share);
  fc.assert(
    fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 5 }), (batches) => {
      const table = written(batches);
      expect(table.numRows).toBe(batches.flat().length);
      const rows = table.toArray().map((each) => Object.values(each?.toJSON() ?? {}));
      expect(rows).toEqual(
        batches.flat().map((values) => values.map((value) => (Object.is(value, -0) ? 0 : value))),
      );
    }),
  );
});

it('writes float32 where it is asked to', () => {
  const table = written([[['p', 16_777_217, 0.1]]], 'single');
  expect(table.toArray().map((row) => row?.toJSON())).toEqual([
    { player: 'p', turnover_30d: 16_777_216, casino_share_30d: Math.fround(0.1) },
  ]);
});
