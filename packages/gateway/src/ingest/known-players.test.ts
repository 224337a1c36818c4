import { describe, expect, it } from 'vitest';
import { KnownPlayers } from './known-players.ts';

describe('known players', () => {
  it('keep the first currency and the earliest brand', () => {
    const known = new KnownPlayers();
    known.learn('a', null, 20);
    known.learn('a', 'BRL', 10);
    known.learn('a', 'EUR', 30);
    expect(known.get('a')).toEqual({ currency: 'BRL', brandAt: 10 });
  });

  it('forget', () => {
    const known = new KnownPlayers();
    known.learn('a', 'BRL', null);
    known.forget('a');
    expect(known.get('a')).toBeUndefined();
  });

  it('stay within their bound, and keep what is used', () => {
    const known = new KnownPlayers(100);
    known.learn('used', 'BRL', null);
    for (let player = 0; player < 10_000; player += 1) {
      known.learn(`p${player}`, null, null);
      expect(known.get('used')?.currency).toBe('BRL');
    }
    const left = Array.from({ length: 10_000 }, (_, player) => known.get(`p${player}`)).filter(Boolean);
    expect(left.length).toBeLessThanOrEqual(200);
  });
});
