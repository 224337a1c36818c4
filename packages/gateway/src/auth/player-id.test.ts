import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { playerIdsBy } from './player-id.ts';

it('is the first half of HMAC-SHA-256, for secrets and ids of every length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
      (secret, externalIds) => {
        const idOf = playerIdsBy(secret);
        for (const externalId of externalIds) {
          const hex = createHmac('sha256', secret).update(externalId, 'utf8').digest('hex');
          expect(idOf(externalId).replaceAll('-', '')).toBe(hex.slice(0, 32));
        }
      },
    ),
  );
});

it('is a uuid in its usual form', () => {
  expect(playerIdsBy(new Uint8Array(32))('ana')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
