/** Rows as the database writes them: a player's own id, then a number or NULL for each feature, all as text. */
export type TextRow = readonly (Buffer | null)[];

/** What float64 holds: money in minor units stays whole up to 2^53. float32 is half the size, and whole up to 2^24. */
export type Precision = 'double' | 'single';

/** A column of numbers in Arrow's layout. */
export type NumberColumn = {
  values: Float64Array | Float32Array;
  /** A bit a row, from the lowest, 1 where there is a value; empty where no value is missing. */
  validity: Uint8Array;
  missing: number;
};

/** Some rows as columns. */
export type ColumnBatch = {
  rows: number;
  /** The players' ids in UTF-8 one after the other; each begins at its offset, and the last offset is the end. */
  players: { bytes: Uint8Array; offsets: Int32Array };
  columns: NumberColumn[];
};

/** Turns rows into columns. A missing value is NaN below its cleared bit. */
export function toColumns(rows: readonly TextRow[], features: number, precision: Precision): ColumnBatch {
  return {
    rows: rows.length,
    players: playersOf(rows),
    columns: Array.from({ length: features }, (_, index) => numbersOf(rows, index + 1, precision)),
  };
}

function playersOf(rows: readonly TextRow[]): ColumnBatch['players'] {
  const offsets = new Int32Array(rows.length + 1);
  let length = 0;
  rows.forEach((row, index) => {
    length += row[0]?.length ?? 0;
    offsets[index + 1] = length;
  });
  const bytes = new Uint8Array(length);
  rows.forEach((row, index) => {
    const id = row[0];
    if (id) bytes.set(id, offsets[index]);
  });
  return { bytes, offsets };
}

function numbersOf(rows: readonly TextRow[], field: number, precision: Precision): NumberColumn {
  const values = precision === 'double' ? new Float64Array(rows.length) : new Float32Array(rows.length);
  const validity = new Uint8Array(Math.ceil(rows.length / 8)).fill(0xff);
  let missing = 0;
  for (let row = 0; row < rows.length; row += 1) {
    const text = rows[row]?.[field] ?? null;
    if (text === null) {
      values[row] = Number.NaN;
      validity[row >> 3] = (validity[row >> 3] ?? 0) & ~(1 << (row & 7));
      missing += 1;
    } else {
      values[row] = readNumber(text);
    }
  }
  return { values, validity: missing === 0 ? new Uint8Array(0) : validity, missing };
}

const minus = 0x2d;
/** 15 digits are below 2^53: every step of the sum is exact. */
const exactDigits = 15;

/** A number as PostgreSQL writes a double precision. Most are whole, and those are read without making a string of them. */
export function readNumber(text: Buffer): number {
  const negative = text[0] === minus;
  const from = negative ? 1 : 0;
  if (text.length - from > exactDigits) return fromText(text);
  let whole = 0;
  for (let index = from; index < text.length; index += 1) {
    const digit = (text[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return fromText(text);
    whole = whole * 10 + digit;
  }
  return negative ? -whole : whole;
}

const fromText = (text: Buffer): number => Number(text.toString('latin1'));
