import { describe, expect, it } from 'vitest';
import { bodyHash } from './body-hash.ts';
import { canonicalJson } from './canonical-json.ts';
import type { CheckedEvent } from './event.ts';

const event: CheckedEvent = {
  id: 'e-1',
  source: 'server',
  type: 'deposit.approved',
  player: 'p-1',
  at: 1_750_000_000_000,
  brand: null,
  data: { amount: 1250, currency: 'BRL' },
  replay: false,
};

const hashOf = (of: CheckedEvent) => bodyHash(of, canonicalJson(of.data));

describe('bodyHash', () => {
  it('sees what the event says, and neither the order of its fields nor how to treat it', () => {
    const same = [
      { ...event, replay: true },
      { ...event, data: { currency: 'BRL', amount: 1250 } },
    ];
    for (const other of same) expect(hashOf(other)).toBe(hashOf(event));
    const different: CheckedEvent[] = [
      { ...event, type: 'withdrawal.approved' },
      { ...event, player: 'p-2' },
      { ...event, at: event.at + 1 },
      { ...event, brand: '' },
      { ...event, data: { amount: '1250', currency: 'BRL' } },
      { ...event, data: { amount: 1250, currency: 'BRL', method: 'pix' } },
    ];
    const hashes = [event, ...different].map(hashOf);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('fits a signed 64-bit column', () => {
    for (let at = 0; at < 200; at += 1) {
      const hash = hashOf({ ...event, at });
      expect(BigInt.asIntN(64, hash)).toBe(hash);
    }
  });
});
