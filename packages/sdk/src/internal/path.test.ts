import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRMBetError } from '../errors.ts';
import { path } from './path.ts';

// Many runs, on a machine that may be busy: slow is not wrong.
describe('path', { timeout: 60_000 }, () => {
  it('keeps any id within its one segment, and the id comes back whole', () => {
    const ids = fc
      .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[./?#%\\&;=~ e2]{1,8}$/))
      .filter((id) => !['', '.', '..'].includes(id));
    fc.assert(
      fc.property(ids, (id) => {
        const url = new URL(`http://gateway.test${path`/v1/players/${id}/events`}`);
        const segments = url.pathname.split('/');
        expect(segments).toHaveLength(5);
        expect([segments[1], segments[2], segments[4]]).toEqual(['v1', 'players', 'events']);
        expect(decodeURIComponent(segments[3] ?? '')).toBe(id);
        expect(url.search + url.hash).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it.each(['', '.', '..', '\ud800'])('refuses %j', (id) => {
    expect(() => path`/v1/players/${id}`).toThrow(CRMBetError);
  });
});
