import { isObject } from '../errors/is-object.ts';
/**
 * JSON with sorted keys and no blanks: equal values give equal text, whatever order their keys came in. Keys are sorted first
 * and the text is left to the engine's own serialiser, which is several times faster than one written in JavaScript.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(sortKeys(value));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (isFlatAndSorted(value, keys)) return value;
  keys.sort();
  // Assigning to __proto__ would set a prototype instead of a field.
  if (keys.includes('__proto__')) return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
  const sorted: Record<string, unknown> = {};
  for (const key of keys) sorted[key] = sortKeys(value[key]);
  return sorted;
}

function isFlatAndSorted(fields: Record<string, unknown>, keys: readonly string[]): boolean {
  let last = '';
  for (const key of keys) {
    if (key < last || typeof fields[key] === 'object') return false;
    last = key;
  }
  return true;
}
