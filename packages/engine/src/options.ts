import { EngineError } from './errors.ts';

export function invalidOption(option: string, what: string): EngineError {
  return new EngineError('engine_option_invalid', `${option} ${what}.`, { details: { option } });
}

/** @throws EngineError `engine_option_invalid` unless it is a whole number of at least `least` */
export function wholeOption(option: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least) {
    throw invalidOption(option, `must be a whole number of at least ${least}`);
  }
  return value;
}

/** @throws EngineError `engine_option_invalid` unless it is one of those allowed */
export function choiceOption<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) throw invalidOption(option, `must be one of ${allowed.join(', ')}`);
  return value;
}

/** @throws EngineError `engine_option_invalid` unless it fits 32 bits, signed or not */
export function seedOption(seed: number): number {
  if ((seed | 0) !== seed && seed >>> 0 !== seed) throw invalidOption('seed', 'must be a 32-bit integer');
  return seed;
}

/** @throws EngineError `engine_k_invalid`, `engine_k_too_large` unless it is a whole number from 1 to the number of rows */
export function clustersOption(k: number, rowCount: number): number {
  if (!Number.isInteger(k) || k < 1) {
    throw new EngineError('engine_k_invalid', `k must be a whole number of at least 1, not ${k}.`);
  }
  if (k > rowCount) {
    throw new EngineError(
      'engine_k_too_large',
      `${k} clusters were asked for, but there are ${rowCount} rows.`,
      {
        details: { k, rows: rowCount },
      },
    );
  }
  return k;
}
