import {
  Field,
  Float32,
  Float64,
  RecordBatch,
  Schema,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectColumns } from './collect-columns.ts';
import { readColumns } from './read-columns.ts';

/** Streams that Apache's own package writes, which is not the one that reads here. */

type Row = [player: string, a: number | null, b: number | null];

function written(batches: Row[][], type: Float32 | Float64 = new Float64()): Uint8Array {
  const names = ['player', 'a', 'b'];
  const schema = new Schema(
    names.map((name, index) => new Field(name, index === 0 ? new Utf8() : type, true)),
  );
  const records = batches.map((rows) => {
    const vectors = schema.fields.map((field, index) =>
      vectorFromArray(
        rows.map((values) => values[index]),
        field.type,
      ),
    );
    const [batch] = new Table(Object.fromEntries(vectors.map((vector, index) => [names[index], vector])))
      .batches;
    if (batch === undefined) throw new Error('a table of rows has a batch');
    return new RecordBatch(schema, batch.data);
  });
  return tableToIPC(new Table(schema, records), 'stream');
}

/** The bytes in pieces of the given sizes, over and over. */
const inPieces = (bytes: Uint8Array, sizes: readonly number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0, index = 0; at < bytes.length; index += 1) {
        const size = sizes[index % sizes.length] ?? 1;
        controller.enqueue(bytes.subarray(at, at + size));
        at += size;
      }
      controller.close();
    },
  });

const answer = (body: ReadableStream<Uint8Array>, rows: number) => ({
  body,
  rows,
  names: ['a', 'b'],
  asOf: new Date('2026-05-05T14:03:00Z'),
});

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
  fc.option(fc.integer(), { nil: null }),
);
const someBatches = fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { maxLength: 4 });
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

describe('readColumns', () => {
  it('gives back what was written, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(someBatches, sizes, async (batches, pieces) => {
        const rows: Row[] = [];
        for await (const batch of readColumns({ body: inPieces(written(batches), pieces) })) {
          const known = (column: number, index: number) => {
            const value = batch.columns[column]?.[index] ?? Number.NaN;
            return Number.isNaN(value) ? null : value;
          };
          for (let index = 0; index < batch.rows; index += 1)
            rows.push([batch.player(index), known(0, index), known(1, index)]);
        }
        expect(rows).toEqual(batches.flat());
      }),
      { numRuns: 60 },
    );
  });

  it('does not take a part for the whole', async () => {
    const bytes = written([[['p-1', 1, 2]], [['p-2', 3, null]]]);
    for (let end = 0; end < bytes.length; end += 1) {
      const read = collectColumns(answer(inPieces(bytes.subarray(0, end), [97]), 2));
      await expect(read).rejects.toThrow('broke off');
    }
  });

  it('refuses bytes that are no such stream', async () => {
    const good = written([[['p-1', 1, 2]]]);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.tuple(fc.nat(7), fc.nat(255)).map(([at, value]) => good.with(at, value)),
        ),
        async (bytes) => {
          try {
            await collectColumns(answer(inPieces(bytes, [64]), 1));
          } catch (error) {
            expect(error).toMatchObject({ name: 'CRMBetError' });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends the download when the loop is left', async () => {
    const bytes = written([[['p-1', 1, 2]], [['p-2', 3, 4]]]);
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes.slice(0, -8)),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const batch of readColumns({ body })) {
      expect(batch.player(0)).toBe('p-1');
      break;
    }
    expect(cancelled).toBe(true);
  });
});

describe('collectColumns', () => {
  it.each([0, 1, 3, 100])('is right where %i rows were expected and three come', async (expected) => {
    const batches: Row[][] = [
      [
        ['p-1', 1, null],
        ['p-2', 2.5, 7],
      ],
      [['p-3', null, 9]],
    ];
    const told: number[][] = [];
    const all = await collectColumns(answer(inPieces(written(batches), [50]), expected), {
      onProgress: (...progress) => told.push(progress),
    });
    expect(all.columns).toEqual([Float32Array.of(1, 2.5, Number.NaN), Float32Array.of(Number.NaN, 7, 9)]);
    expect([0, 1, 2].map((index) => all.player(index))).toEqual(['p-1', 'p-2', 'p-3']);
    expect(() => all.player(3)).toThrow(RangeError);
    expect(all.rows).toBe(3);
    expect(told.at(-1)).toEqual([3, Math.max(3, expected)]);
  });

  it('takes float32 as it comes', async () => {
    const all = await collectColumns(answer(inPieces(written([[['p', 0.1, null]]], new Float32()), [9]), 1));
    expect(all.columns).toEqual([Float32Array.of(0.1), Float32Array.of(Number.NaN)]);
  });
});
