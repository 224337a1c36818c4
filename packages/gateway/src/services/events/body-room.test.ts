import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BodyRoom } from './body-room.ts';

it('never holds more than its bytes, and refuses with a time to come again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 50 }), (sizes) => {
      const room = new BodyRoom(100);
      const held: number[] = [];
      const sum = () => held.reduce((all, bytes) => all + bytes, 0);
      for (const bytes of sizes) {
        if (sum() + bytes <= 100) {
          room.take(bytes);
          held.push(bytes);
        } else {
          expect(() => room.take(bytes)).toThrow(
            expect.objectContaining({ code: 'overloaded', retryAfter: 1 }),
          );
          room.give(held.shift() ?? 0);
        }
      }
    }),
  );
});
