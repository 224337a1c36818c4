/**
 * PostgreSQL array literals. The client's own encoder walks and escapes every element, which on the write path was the largest cost;
 * text that is joined at once leaves the least behind for the garbage collector. A parameter that the server takes for an array
 * passes through the client as it is: `$1::uuid[]`.
 */

type Plain = string | number | bigint | null;

/** For elements that need no quoting: uuids, whole numbers, ISO instants and dates. */
export const plainArray = (values: readonly Plain[]): string => plainColumn(values, (value) => value);

/** For any text: quoted, with quotes and backslashes escaped. */
export const textArray = (values: readonly (string | null)[]): string => textColumn(values, (value) => value);

/** `plainArray` of one value a row. */
export const plainColumn = <Row>(rows: readonly Row[], pick: (row: Row) => Plain): string =>
  join(rows, (row) => {
    const value = pick(row);
    // The commonest count is none; a bigint is slow to spell.
    return value === 0n ? '0' : String(value ?? 'NULL');
  });

/** `textArray` of one value a row. */
export const textColumn = <Row>(rows: readonly Row[], pick: (row: Row) => string | null): string =>
  join(rows, (row) => {
    const value = pick(row);
    return value === null ? 'NULL' : quote(value);
  });

function join<Row>(rows: readonly Row[], spell: (row: Row) => string): string {
  const parts = new Array<string>(rows.length);
  let at = 0;
  for (const row of rows) {
    parts[at] = spell(row);
    at += 1;
  }
  return `{${parts.join(',')}}`;
}

const quote = (text: string): string =>
  needsEscape.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
const needsEscape = /["\\]/;
