import { CrmbetError } from './crmbet-error.ts';

/** Says the same for an id that never existed and for another tenant's. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new CrmbetError('not_found', `There is no such ${what}.`);
  return value;
}
