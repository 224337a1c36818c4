import { describe, expect, it } from 'vitest';
import {
  isRefusedWhateverTheRows,
  isRetryable,
  isServerUnavailable,
  isStoreUnavailable,
} from './failures.ts';

/** As a query builder wraps it. */
const failure = (code: string) =>
  new Error('query failed', { cause: Object.assign(new Error('no'), { code }) });

describe('a failure of the database', () => {
  it('is the store being away where the server, its disk or its role says so', () => {
    const away = ['08006', '25006', '53000', '53100', '53400', '57014', '57P01', '57P05', '58000', '58P01'];
    expect(away.filter((code) => !isStoreUnavailable(failure(code)))).toEqual([]);
    const other = ['22003', '23505', '25001', '25P02', '40001', '42501', '42P01', 'XX000', 'ENOENT'];
    expect(other.filter((code) => isStoreUnavailable(failure(code)))).toEqual([]);
    expect(isRetryable(failure('57014'))).toBe(false);
  });

  it('concerns the whole server, or one statement', () => {
    expect(['53300', '57P01', '58030'].map((code) => isServerUnavailable(failure(code)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['25006', '57014', '40001'].map((code) => isServerUnavailable(failure(code)))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('lies in no row unless its class is 22 or 23', () => {
    for (const code of ['25006', '40001', '42501', '42P01', '54000', 'P0001', 'XX000', '0A000'])
      expect([code, isRefusedWhateverTheRows(failure(code))]).toEqual([code, true]);
    for (const code of ['22003', '22P05', '23505', '23514', 'EPERM', 'EACCES', 'ERR_ASSERTION', ''])
      expect([code, isRefusedWhateverTheRows(failure(code))]).toEqual([code, false]);
    expect(isRefusedWhateverTheRows(new TypeError('a defect of ours'))).toBe(false);
  });
});
