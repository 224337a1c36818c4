import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.ts';

describe('failureOf', () => {
  it.each([
    [{ status: 401, code: 'session_invalid', requestId: 'r1' }, 'session', 'r1'],
    [{ status: 403, code: 'scope_missing' }, 'scope', undefined],
    [{ status: 404, code: 'not_found' }, 'missing', undefined],
    [{ status: 503, code: 'store_unavailable' }, 'busy', undefined],
    [new TypeError('Failed to fetch'), 'offline', undefined],
    [{ name: 'ConnectionError' }, 'offline', undefined],
    [{ status: 500, code: 'internal', requestId: 'r2' }, 'other', 'r2'],
    [undefined, 'other', undefined],
  ])('%o is %s', (error, kind, requestId) => {
    expect(failureOf(error)).toEqual({ kind, requestId });
  });

  it('looks at why a session could not be had', () => {
    const cause = Object.assign(new Error('answered 401'), { status: 401 });
    expect(failureOf(new Error('no session', { cause })).kind).toBe('session');
  });
});
