import { type Batch, type Table, tableFromIPC } from '@uwdata/flechette';
import { CRMBetError } from '../errors.ts';
import { readBody } from '../stream/read-body.ts';
import { ByteReader } from './byte-reader.ts';
import { ipcMessages } from './ipc-messages.ts';

/** Some of the rows: the same index means the same player in all of its parts. */
export type ColumnBatch = {
  rows: number;
  /** The features that were asked for, in their order. */
  names: readonly string[];
  /** One a feature; NaN where it is undefined. Float32Array where single precision was asked for. */
  columns: readonly (Float64Array | Float32Array)[];
  /** The operator's own id of the player in a row of the batch. */
  player(row: number): string;
  /** What the stream says about itself: `asOf`, `today`, `timeZone`, `rows`. */
  metadata: ReadonlyMap<string, string>;
};

/** Between two batches the database is at work; a connection that is silent for longer is taken for dead. */
const silenceMs = 120_000;
const nothing = new Uint8Array(0);
const utf8 = new TextDecoder();

/**
 * Reads what `features.columns` gave, a batch at a time. One batch is held at once; a reader that leaves the loop ends the
 * download.
 *
 * @throws {CRMBetError} where the stream breaks off, or is none of columns
 */
export async function* readColumns({
  body,
}: {
  body: ReadableStream<Uint8Array>;
}): AsyncGenerator<ColumnBatch, void> {
  const chunks = readBody(body, silenceMs);
  try {
    let schema: Uint8Array = nothing;
    for await (const message of ipcMessages(new ByteReader(chunks), () => schema)) {
      // Each batch is read as a stream of its own: the schema, and it.
      if (schema.length === 0) schema = message;
      else yield decode(message);
    }
  } finally {
    await chunks.return();
  }
}

function decode(stream: Uint8Array): ColumnBatch {
  try {
    return batchOf(tableFromIPC(stream));
  } catch (cause) {
    if (cause instanceof CRMBetError) throw cause;
    throw new CRMBetError('The answer is not an Arrow stream of columns.', { cause });
  }
}

function batchOf(table: Table): ColumnBatch {
  const rows = table.numRows;
  const ids = table.getChildAt(0).data[0];
  // Copies, so that whoever keeps the ids does not keep the numbers that came with them.
  const offsets = ids?.offsets?.slice();
  const bytes = ids?.values?.slice();
  if (!(offsets instanceof Int32Array && bytes instanceof Uint8Array && offsets.length > rows))
    throw new CRMBetError('The first column of the answer holds no ids.');
  return {
    rows,
    names: table.schema.fields.slice(1).map(({ name }) => name),
    columns: table.children.slice(1).map(({ data }) => numbersOf(data[0], rows)),
    player: (row) => utf8.decode(bytes.subarray(offsets[row], offsets[row + 1])),
    metadata: table.schema.metadata ?? new Map(),
  };
}

/** The values of a batch, each that is marked as missing made NaN. They lie in this batch's own bytes. */
function numbersOf(batch: Batch<unknown> | undefined, rows: number): Float64Array | Float32Array {
  const values = batch?.values;
  if (!(values instanceof Float64Array || values instanceof Float32Array) || values.length < rows)
    throw new CRMBetError('A column of the answer holds no floating-point numbers.');
  const { nullCount = 0, validity = nothing } = batch ?? {};
  if (nullCount > 0) {
    for (let row = 0; row < rows; row += 1)
      if ((((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) values[row] = Number.NaN;
  }
  return values.subarray(0, rows);
}
