import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutoffsOf, dayNumber, shiftDay } from './cutoffs.ts';

describe('cutoffsOf', () => {
  it('takes up to four days, a horizon apart, whose answers are all in by yesterday', () => {
    expect(cutoffsOf({ today: '2026-05-05', first: '2020-01-01', horizon: 30 })).toEqual([
      '2026-01-04',
      '2026-02-03',
      '2026-03-05',
      '2026-04-04',
    ]);
    expect(cutoffsOf({ today: '2026-05-05', first: '2026-03-05', horizon: 30 })).toHaveLength(2);
  });

  it('refuses a history that is too short, and says how long it must be', () => {
    expect(() => cutoffsOf({ today: '2026-05-05', first: '2026-03-06', horizon: 30 })).toThrow(/61 days/);
  });

  it('never lets an answer into the features of a cutoff, nor into two cutoffs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 7, max: 180 }),
        fc.integer({ min: 0, max: 900 }),
        (day, horizon, history) => {
          const today = shiftDay('1990-01-01', day);
          const first = shiftDay(today, -history);
          let cutoffs: string[] = [];
          try {
            cutoffs = cutoffsOf({ today, first, horizon });
          } catch {
            expect(history).toBeLessThan(2 * horizon + 1);
            return;
          }
          for (const [i, cutoff] of cutoffs.entries()) {
            expect(cutoff >= first).toBe(true);
            const answered = dayNumber(cutoff) + horizon;
            const next = cutoffs[i + 1];
            if (next === undefined) expect(answered).toBe(dayNumber(today) - 1);
            else expect(answered).toBeLessThanOrEqual(dayNumber(next));
          }
        },
      ),
    );
  });
});
