import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRetryable, readRetryAfter, retryDelay } from './retry.ts';

// Many runs, on a machine that may be busy: slow is not wrong.
describe('retryDelay', { timeout: 60_000 }, () => {
  it('lies under half a second doubled for each try, and never above 8 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tried, r) => {
          const wait = retryDelay(tried, undefined, () => r);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(8_000, 500 * 2 ** (tried - 1)));
        },
      ),
    );
    expect([1, 2, 3, 4, 5, 6].map((tried) => retryDelay(tried, undefined, () => 1))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000,
    ]);
  });

  it('is what the server asked for, where it did', () => {
    expect(retryDelay(1, 3)).toBe(3_000);
    expect(retryDelay(9, 0)).toBe(0);
  });
});

describe('isRetryable', () => {
  it.each([
    [408, undefined, true],
    [409, 'idempotency_in_progress', true],
    [409, 'event_conflict', false],
    [425, undefined, true],
    [429, undefined, true],
    [500, 'internal', true],
    [503, 'overloaded', true],
    [400, 'request_invalid', false],
    [401, 'key_invalid', false],
    [404, 'not_found', false],
    [422, 'event_invalid', false],
  ])('%i %s: %s', (status, code, expected) => {
    expect(isRetryable(status, code)).toBe(expected);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-05-05T14:03:00Z');
  it.each([
    [null, undefined],
    ['7', 7],
    ['Tue, 05 May 2026 14:03:09 GMT', 9],
    ['Tue, 05 May 2026 14:02:00 GMT', 0],
    ['soon', undefined],
  ])('%j is %j', (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });
});
