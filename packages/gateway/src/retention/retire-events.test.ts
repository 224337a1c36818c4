import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyProblem } from '../config/retention-policy.ts';
import { dayMs, type Span } from '../config/span.ts';
import { boundsOf, partitionOf } from '../ingest/partitions.ts';
import { createHorizon } from './horizon.ts';
import { duePartitions } from './retire-events.ts';

const anySpan: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 1200 }), unit: fc.constant('day' as const) }),
  fc.record({ count: fc.integer({ min: 1, max: 40 }), unit: fc.constant('month' as const) }),
);
const anyNow = fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2032, 0, 1) });

/** The partition of every month from 2015 on. */
const partitions = [
  ...new Set(Array.from({ length: 216 }, (_, month) => partitionOf(Date.UTC(2015, month, 1)))),
].map((name) => {
  const [from, to] = boundsOf(name);
  return { table: `events_${name}`, from, to };
});

const policyOf = (events: Span | undefined, horizon: Span | undefined) => ({
  events,
  horizon,
  playerDays: undefined,
});

describe('the partitions that are due', () => {
  it('are those that ended before what is kept, with a day to spare', () => {
    const due = (now: string) =>
      duePartitions(
        partitions,
        policyOf({ count: 3, unit: 'month' }, { count: 2, unit: 'month' }),
        Date.parse(now),
      ).at(-1)?.table;
    expect(due('2026-05-01T00:00:00Z')).toBe('events_2025_12');
    expect(due('2026-05-01T23:59:59Z')).toBe('events_2025_12');
    expect(due('2026-05-02T00:00:00Z')).toBe('events_2026_01');
    expect(due('2020-04-01T12:00:00Z')).toBe('events_2018');
    expect(due('2020-04-02T12:00:00Z')).toBe('events_2019');
  });

  it('are none where everything is kept, and none that somebody else made', () => {
    expect(duePartitions(partitions, policyOf(undefined, undefined), Date.UTC(2040, 0, 1))).toEqual([]);
    const policy = policyOf({ count: 1, unit: 'day' }, { count: 1, unit: 'day' });
    expect(duePartitions([{ table: 'events_old', to: 0 }], policy, Date.UTC(2040, 0, 1))).toEqual([]);
  });

  it('hold nothing that a gateway of the same configuration would still take, its clock a day behind or any time later', () => {
    fc.assert(
      fc.property(
        anySpan,
        anySpan,
        anyNow,
        fc.integer({ min: -dayMs, max: 900 * dayMs }),
        (events, horizon, now, later) => {
          fc.pre(policyProblem(policyOf(events, horizon)) === undefined);
          const end = duePartitions(partitions, policyOf(events, horizon), now).at(-1)?.to;
          if (end !== undefined)
            expect(createHorizon(horizon).earliest(now + later)).toBeGreaterThanOrEqual(end);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
