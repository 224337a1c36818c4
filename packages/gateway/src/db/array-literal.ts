/**
 * PostgreSQL array literals, made by joining strings. The client's own encoder walks and escapes every element; on the write
 * path that was the largest cost. A parameter that the server takes for an array passes through it as it is: `$1::uuid[]`.
 */

/** For elements that need no quoting: uuids, whole numbers, ISO instants and dates. */
export function plainArray(values: readonly (string | number | bigint | null)[]): string {
  let text = '{';
  let comma = '';
  for (const value of values) {
    text += comma;
    // The commonest count is none; a bigint is slow to spell.
    text += value === 0n ? '0' : (value ?? 'NULL');
    comma = ',';
  }
  return `${text}}`;
}

/** For any text: quoted, with quotes and backslashes escaped. */
export function textArray(values: readonly (string | null)[]): string {
  let text = '{';
  let comma = '';
  for (const value of values) {
    text += comma;
    text += value === null ? 'NULL' : quote(value);
    comma = ',';
  }
  return `${text}}`;
}

const quote = (text: string): string =>
  needsEscape.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
const needsEscape = /["\\]/;
