import { z } from 'zod';
import { CrmbetError } from '../../errors/crmbet-error.ts';

/** An opaque place in a list: the sort value and the id of the last row that was given out. */
const Cursor = z.tuple([z.string().max(128), z.string().max(256)]);

/** A regular expression, or a stricter look. */
type Shape = { test(value: string): boolean };

export function encodeCursor(value: string, id: string): string {
  return Buffer.from(JSON.stringify([value, id]), 'utf8').toString('base64url');
}

/** `value` must match `shape`: what a caller forges ends here, not in a cast inside the database. */
export function decodeCursor(
  text: string | undefined,
  shape: Shape,
  idShape: Shape = uuidShape,
): { value: string; id: string } | undefined {
  if (text === undefined) return undefined;
  const parsed = Cursor.safeParse(readJson(Buffer.from(text, 'base64url').toString('utf8')));
  const [value, id] = parsed.success ? parsed.data : [undefined, undefined];
  if (value === undefined || id === undefined || !shape.test(value) || !idShape.test(id)) {
    throw new CrmbetError('cursor_invalid', 'Use the nextCursor of a page of this same list, unchanged.');
  }
  return { value, id };
}

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** An instant in UTC that exists: PostgreSQL refuses 30 February, and the year 0. */
export const instantShape: Shape = {
  test: (value) =>
    /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,6}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().slice(0, 19) === value.slice(0, 19),
};
export const integerShape = /^-?\d{1,30}$/;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Page<T> = { data: T[]; nextCursor: string | null };

/** Turns `limit + 1` rows into a page: the one too many says that there is a next. */
export function toPage<Row, T>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => [value: string, id: string],
  map: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(map),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(...keyOf(last)) : null,
  };
}
