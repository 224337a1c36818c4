import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoTime } from './time.ts';

it('writes times as Date does', () => {
  const times = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (time) => {
      expect(isoTime(time.getTime())).toBe(time.toISOString());
    }),
  );
});
