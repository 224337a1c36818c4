import { isObject } from '../../errors/is-object.ts';
import type { Line } from './read-lines.ts';
import type { Row, RowOrReject } from './row.ts';

/** Rows of newline-delimited JSON: one object a line. A name is a key, or a path of keys joined by dots. */
export async function* readNdjson(source: AsyncIterable<Line[]>): AsyncGenerator<RowOrReject[]> {
  for await (const lines of source) {
    yield lines.flatMap((line) => (line.text.trim() === '' ? [] : [read(line)]));
  }
}

function read({ line, text, tooLong }: Line): RowOrReject {
  const reject = (code: string, reason: string) => ({ reject: { line, code, reason, raw: text } });
  if (tooLong) return reject('line_too_long', 'The line is longer than 1 MiB.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reject('row_unreadable', 'The line is not JSON.');
  }
  if (!isObject(value)) return reject('row_unreadable', 'The line is JSON, but not an object.');
  return { row: rowOf(line, text, value) };
}

const rowOf = (line: number, raw: string, object: Record<string, unknown>): Row => ({
  line,
  raw,
  content: raw.trim(),
  get: (name) => (Object.hasOwn(object, name) ? object[name] : follow(object, name.split('.'))),
});

function follow(object: Record<string, unknown>, keys: string[]): unknown {
  let value: unknown = object;
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
