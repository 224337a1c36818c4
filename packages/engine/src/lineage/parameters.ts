import { invalidOption } from '../options.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

const deepest = 16;

/**
 * Options as plain data, with sorted keys, so that equal options are equal texts. Functions, signals, pools and what is
 * not set are left out: they say how a fit was run, not what came out of it.
 * @throws EngineError `engine_option_invalid` for what JSON cannot hold
 */
export function plainParameters(options: object): JsonObject {
  return plainObject(options, 'parameters', 0);
}

function plainObject(value: object, path: string, depth: number): JsonObject {
  if (depth > deepest) throw invalidOption(path, 'is nested too deeply');
  const plain: Record<string, Json> = {};
  for (const [key, entry] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const kept = plainValue(entry, `${path}/${key}`, depth + 1);
    // Defined, not assigned: a key may be "__proto__".
    if (kept !== undefined)
      Object.defineProperty(plain, key, { value: kept, enumerable: true, writable: true });
  }
  return plain;
}

function plainValue(value: unknown, path: string, depth: number): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === undefined || typeof value === 'function') return undefined;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalidOption(path, 'must be a finite number');
    return value;
  }
  if (typeof value !== 'object') throw invalidOption(path, `must not be a ${typeof value}`);
  if (Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array) {
    if (depth > deepest) throw invalidOption(path, 'is nested too deeply');
    return Array.from(value, (entry: unknown, i) => plainValue(entry, `${path}/${i}`, depth + 1) ?? null);
  }
  return isPlain(value) ? plainObject(value, path, depth) : undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
