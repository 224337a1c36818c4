/**
 * PostgreSQL array literals, made by joining strings. The client's own encoder walks and escapes every element; on the write
 * path that was the largest cost. Pass them as one text parameter: `${literal}::text::uuid[]`.
 */

/** For elements that need no quoting: uuids, whole numbers, ISO instants and dates. */
export const plainArray = (values: readonly (string | number | bigint | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/** For any text: quoted, with quotes and backslashes escaped. */
export const textArray = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : quote(value))).join(',')}}`;

const quote = (text: string): string =>
  /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
