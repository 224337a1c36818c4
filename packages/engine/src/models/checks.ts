import { EngineError } from '../errors.ts';

/** What `parse…Model` of each algorithm is made of: a model from outside is checked value by value, and nothing unknown is kept. */

export function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, 'must be an object');
  return { ...value };
}

export function list(value: unknown, path: string, length?: number): unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'must be a list');
  if (length !== undefined && value.length !== length) throw invalid(path, `must have ${length} entries`);
  return value;
}

export function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(path, 'must be a text');
  return value;
}

export function number(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(path, 'must be a finite number');
  return value;
}

export function count(value: unknown, path: string): number {
  const parsed = number(value, path);
  if (!Number.isInteger(parsed) || parsed < 0) throw invalid(path, 'must be a whole number, not negative');
  return parsed;
}

export function numbers(value: unknown, path: string, length?: number): number[] {
  return list(value, path, length).map((entry, j) => number(entry, `${path}/${j}`));
}

/** Float32 values: others would be rounded on the way to a kernel, and would no longer be what is written. */
export function float32s(value: unknown, path: string, length?: number): number[] {
  return numbers(value, path, length).map((parsed, j) => {
    if (Math.fround(parsed) !== parsed) throw invalid(`${path}/${j}`, 'must be a float32');
    return parsed;
  });
}

export function oneOf<T extends string | number | boolean>(
  value: unknown,
  path: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(path, `must be one of ${allowed.join(', ')}`);
  return found;
}

/** The names of a model's features: at least one, each once. */
export function featureNames(value: unknown): string[] {
  const names = list(value, 'features').map((name, j) => text(name, `features/${j}`));
  if (names.length === 0 || new Set(names).size !== names.length)
    throw invalid('features', 'must be different names');
  return names;
}

export function invalid(path: string, what: string): EngineError {
  return new EngineError('engine_model_invalid', `The model is not valid: ${path} ${what}.`, {
    details: { path },
  });
}
