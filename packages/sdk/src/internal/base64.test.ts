import fc from 'fast-check';
import { expect, it } from 'vitest';
import { base64 } from './base64.ts';

it('is what every decoder reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }),
  );
  const large = Uint8Array.from({ length: 100_001 }, (_, n) => n * 7);
  expect(base64(large)).toBe(Buffer.from(large).toString('base64'));
});
