import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LagClock } from './lag-clock.ts';
import { parseLsn } from './lsn.ts';

describe('parseLsn', () => {
  it('orders places as the log does', () => {
    expect(parseLsn('0/0')).toBe(0n);
    expect(parseLsn('16/B374D848')).toBe(0x16b374d848n);
    expect(parseLsn('1/0') > parseLsn('0/FFFFFFFF')).toBe(true);
    expect(() => parseLsn('nowhere')).toThrow('is no place');
  });
});

describe('LagClock', () => {
  it('knows nothing of a replica that is behind all it has seen', () => {
    const clock = new LagClock(10_000);
    expect(clock.lagOf(5n, 0)).toBe(Number.POSITIVE_INFINITY);
    clock.note(0, 10n);
    expect(clock.lagOf(9n, 100)).toBe(Number.POSITIVE_INFINITY);
    expect(clock.lagOf(10n, 100)).toBe(100);
  });

  it('does not let a lag grow while nobody writes', () => {
    const clock = new LagClock(10_000);
    for (let at = 0; at <= 60_000; at += 500) clock.note(at, 7n);
    expect(clock.lagOf(7n, 60_100)).toBe(100);
  });

  it('never says less than what is missing is old', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.bigInt({ min: 0n, max: 50n })), {
          minLength: 1,
        }),
        fc.bigInt({ min: 0n, max: 2000n }),
        (steps, replayed) => {
          const clock = new LagClock(60_000);
          let at = 0;
          let lsn = 0n;
          let missingSince: number | undefined;
          for (const [ms, bytes] of steps) {
            at += ms;
            lsn += bytes;
            clock.note(at, lsn);
            if (lsn > replayed) missingSince ??= at;
          }
          const lag = clock.lagOf(replayed, at);
          if (missingSince !== undefined) expect(lag).toBeGreaterThan(at - missingSince);
          else expect(lag).toBe(0);
        },
      ),
    );
  });
});
