import { CRMBetError } from '../errors.ts';

declare const made: unique symbol;

/** A path whose variable parts went through {@link path}; the transport takes no other. */
export type Path = string & { readonly [made]: true };

/**
 * Builds a path in which a value can only ever be one segment: `/`, `?`, `#` and all else are encoded. Refuses what
 * no encoding saves: nothing at all, `.` and `..` (URL parsers walk up on them, encoded or not), and half a
 * surrogate pair.
 */
export function path(parts: TemplateStringsArray, ...values: string[]): Path {
  const encoded = values.map(encodeSegment);
  // The one place that makes a Path: every value in it has just been encoded.
  return String.raw({ raw: parts }, ...encoded) as Path;
}

function encodeSegment(value: string): string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
    throw new CRMBetError(`${JSON.stringify(value) ?? 'undefined'} cannot be an id in a path.`);
  }
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw new CRMBetError('An id with half a surrogate pair cannot be sent.', { cause });
  }
}
