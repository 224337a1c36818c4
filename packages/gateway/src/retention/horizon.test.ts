import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs } from '../config/span.ts';
import { createHorizon } from './horizon.ts';

const now = Date.UTC(2026, 4, 20, 15, 30);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('the horizon', () => {
  it('is 1990 where none is configured, and otherwise so many days or months before today', () => {
    expect(iso(createHorizon(undefined).earliest(now))).toBe('1990-01-01');
    expect(iso(createHorizon({ count: 18, unit: 'month' }).earliest(now))).toBe('2024-11-20');
    expect(iso(createHorizon({ count: 400, unit: 'day' }).earliest(now))).toBe('2025-04-15');
    expect(iso(createHorizon({ count: 1200, unit: 'month' }).earliest(now))).toBe('1990-01-01');
  });

  it('moves on at midnight in UTC', () => {
    const horizon = createHorizon({ count: 1, unit: 'day' });
    const midnight = Date.UTC(2026, 4, 21);
    expect([now, midnight - 1, midnight].map((at) => iso(horizon.earliest(at)))).toEqual([
      '2026-05-19',
      '2026-05-19',
      '2026-05-20',
    ]);
  });

  it('never lies before what was retired', () => {
    const horizon = createHorizon(undefined);
    horizon.earliest(now);
    horizon.raise(Date.UTC(2025, 0, 1));
    horizon.raise(Date.UTC(2024, 0, 1));
    expect(iso(horizon.earliest(now))).toBe('2025-01-01');
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ step: fc.integer({ min: -40, max: 40 }), raise: fc.integer({ min: 0, max: 12_000 }) }),
          { minLength: 1, maxLength: 20 },
        ),
        fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
        (steps, days) => {
          const tried = createHorizon(days === undefined ? undefined : { count: days, unit: 'day' });
          let at = now;
          let highest = Date.UTC(1990, 0, 1);
          for (const { step, raise } of steps) {
            at += step * dayMs;
            tried.raise(raise * dayMs);
            highest = Math.max(highest, raise * dayMs);
            // A clock that is set back moves the configured horizon back, never the retired part.
            expect(tried.earliest(at)).toBe(
              Math.max(highest, days === undefined ? 0 : (Math.floor(at / dayMs) - days) * dayMs),
            );
          }
        },
      ),
    );
  });
});
