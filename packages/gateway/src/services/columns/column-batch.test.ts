import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber, toColumns } from './column-batch.ts';

const text = (value: string | null) => (value === null ? null : Buffer.from(value));

describe('readNumber', () => {
  it('reads every double as it was', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(Buffer.from(String(value)))).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });

  it.each([
    '0',
    '-1',
    '999999999999999',
    '9007199254740993',
    '1e+20',
    '0.1',
    '-2.5e-07',
    '123456789012345678',
  ])('reads %s', (written) => expect(readNumber(Buffer.from(written))).toBe(Number(written)));
});

describe('toColumns', () => {
  it('keeps each value in its place, and knows which are missing', () => {
    const cell = fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 }), { nil: null });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), cell, cell), { maxLength: 40 }),
        (rows) => {
          const batch = toColumns(
            rows.map(([player, ...cells]) => [
              text(player),
              ...cells.map((value) => text(value?.toString() ?? null)),
            ]),
            2,
            'double',
          );
          const players = rows.map((_, row) =>
            new TextDecoder().decode(
              batch.players.bytes.subarray(batch.players.offsets[row], batch.players.offsets[row + 1]),
            ),
          );
          expect(players).toEqual(rows.map(([player]) => player));
          batch.columns.forEach(({ values, validity, missing }, column) => {
            const expected = rows.map((row) => row[column + 1]);
            expect(missing).toBe(expected.filter((value) => value === null).length);
            expect([...values]).toEqual(expected.map((value) => value ?? Number.NaN));
            expected.forEach((value, row) => {
              const bit = validity.length === 0 ? 1 : ((validity[row >> 3] ?? 0) >> (row & 7)) & 1;
              expect(bit).toBe(value === null ? 0 : 1);
            });
          });
        },
      ),
    );
  });

  it('rounds to float32 where it is asked to', () => {
    const [column] = toColumns([[text('p'), text('16777217')]], 1, 'single').columns;
    expect(column?.values).toEqual(Float32Array.of(16_777_216));
  });
});
