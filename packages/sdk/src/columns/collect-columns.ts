import { type ColumnBatch, readColumns } from './read-columns.ts';

/** Everybody, ready for `FeatureMatrix.fromColumns(names, columns)` of `@crmbet/engine`. */
export type CollectedColumns = {
  rows: number;
  names: readonly string[];
  /** One a feature, of float32, which is what models compute with; NaN where it is undefined. */
  columns: Float32Array<ArrayBuffer>[];
  /** The operator's own id of the player in a row. */
  player(row: number): string;
  /** When the gateway began to read: everything stored by then is in it. */
  asOf: Date;
};

export type CollectOptions = {
  /** Rows so far, and how many there are, or nearly. */
  onProgress?: (rows: number, of: number) => void;
};

/** Reads what `features.columns` gave to its end. @throws {CRMBetError} as `readColumns` does */
export async function collectColumns(
  answer: { body: ReadableStream<Uint8Array>; rows: number; asOf: Date; names: readonly string[] },
  { onProgress }: CollectOptions = {},
): Promise<CollectedColumns> {
  const { names, asOf } = answer;
  const columns = names.map(() => new Float32Array(answer.rows));
  const batches: { first: number; player: ColumnBatch['player'] }[] = [];
  let rows = 0;
  for await (const batch of readColumns(answer)) {
    names.forEach((_, index) => {
      const values = batch.columns[index] ?? new Float32Array(0);
      const column = withRoom(columns[index], rows + batch.rows);
      column.set(values, rows);
      columns[index] = column;
    });
    batches.push({ first: rows, player: batch.player });
    rows += batch.rows;
    onProgress?.(rows, Math.max(rows, answer.rows));
  }
  return {
    rows,
    names,
    columns: columns.map((column) => (column.length === rows ? column : column.slice(0, rows))),
    player: (row) => {
      const batch = batches[lastAtOrBefore(batches, row)];
      if (batch === undefined || row >= rows)
        throw new RangeError(`There is no row ${row}; there are ${rows}.`);
      return batch.player(row - batch.first);
    },
    asOf,
  };
}

/** The count came before the rows, so there may be a few more of them. */
function withRoom(column: Float32Array<ArrayBuffer> | undefined, rows: number): Float32Array<ArrayBuffer> {
  if (column !== undefined && column.length >= rows) return column;
  const larger = new Float32Array(Math.ceil(rows * 1.25));
  if (column !== undefined) larger.set(column);
  return larger;
}

function lastAtOrBefore(batches: readonly { first: number }[], row: number): number {
  let low = 0;
  let high = batches.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((batches[middle]?.first ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
