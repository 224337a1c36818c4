import {
  type Batch,
  batchType,
  Column,
  type DataType,
  float32,
  float64,
  Table,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import type { ColumnBatch, Precision } from './column-batch.ts';

/** A feature's column, and what its field says about it. */
export type FeatureField = { id: string; metadata: Record<string, string> };

/** What ends a stream: a message of length 0. */
const endOfStream = 8;

/**
 * Writes an Arrow IPC stream a record batch at a time. Flechette writes whole tables; a stream of one batch is the schema,
 * the batch and the end, so that the batch is what lies between the lengths of the other two.
 *
 * The first column is `player` (utf8, never null), then one of float64 or float32 for each feature, null where it is undefined.
 */
export class ArrowColumns {
  readonly #types: readonly DataType[];
  readonly #schema: Table['schema'];
  /** The schema: what a stream begins with. */
  readonly head: Uint8Array;
  readonly end: Uint8Array;

  constructor(features: readonly FeatureField[], metadata: Record<string, string>, precision: Precision) {
    const number = precision === 'double' ? float64() : float32();
    this.#types = [utf8(), ...features.map(() => number)];
    this.#schema = {
      version: 4, // the metadata's version V5, which every reader since Arrow 1.0 knows
      endianness: 0,
      fields: [
        { name: 'player', type: utf8(), nullable: false, metadata: new Map() },
        ...features.map((feature) => ({
          name: feature.id,
          type: number,
          nullable: true,
          metadata: new Map(Object.entries(feature.metadata)),
        })),
      ],
      metadata: new Map(Object.entries(metadata)),
    };
    const empty = this.#stream(this.#types.map((type) => new Column<unknown>([], type)));
    this.head = empty.subarray(0, empty.length - endOfStream);
    this.end = empty.subarray(empty.length - endOfStream);
  }

  batch({ rows, players, columns }: ColumnBatch): Uint8Array {
    const ids = {
      length: rows,
      nullCount: 0,
      validity: new Uint8Array(0),
      offsets: players.offsets,
      values: players.bytes,
    };
    const numbers = columns.map(({ values, validity, missing }) => ({
      length: rows,
      nullCount: missing,
      validity,
      values,
    }));
    const stream = this.#stream(
      [ids, ...numbers].map((parts, index) => {
        const type = this.#types[index] ?? utf8();
        // The library types this as any: it is the class of the batches of the type, all of which extend Batch.
        const Kind = batchType(type) as typeof Batch<unknown>;
        return new Column<unknown>([new Kind({ ...parts, type })], type);
      }),
    );
    return stream.subarray(this.head.length, stream.length - endOfStream);
  }

  #stream(columns: Column<unknown>[]): Uint8Array {
    const bytes = tableToIPC(new Table(this.#schema, columns), { format: 'stream' });
    if (bytes === null) throw new Error('a table that is written to memory has bytes');
    return bytes;
  }
}
