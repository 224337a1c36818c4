import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { LocalClock } from './local-clock.ts';

const zones = [
  'America/Sao_Paulo', // summer time until 2019, begun at midnight: some days had no 00:00
  'Europe/Lisbon', // changed its offset altogether in 1992 and 1996
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe', // summer time of half an hour
  'America/St_Johns', // at 00:01, which is no quarter of an hour
  'Asia/Tehran', // at half past by UTC
  'Pacific/Apia', // left out 30 December 2011
  'America/New_York',
  'Pacific/Chatham',
  'UTC',
];
const clocks = new Map(zones.map((zone) => [zone, new LocalClock(zone)]));
const from = Date.UTC(1990, 0, 1);
const to = Date.UTC(2037, 11, 31);

const check = (zone: string, ms: number) => {
  const wall = DateTime.fromMillis(ms, { zone });
  expect(clocks.get(zone)?.at(ms), `${zone} ${new Date(ms).toISOString()}`).toEqual({
    day: wall.toFormat('yyyy-MM-dd'),
    hour: wall.hour,
    weekend: wall.weekday > 5,
  });
};

/** The first and last milliseconds around each change of the zone's offset. */
function changesOf(zone: string): number[] {
  const dayMs = 86_400_000;
  const offset = (ms: number) => DateTime.fromMillis(ms, { zone }).offset;
  const changes: number[] = [];
  for (let at = from; at < to; at += dayMs) {
    if (offset(at) === offset(at + dayMs)) continue;
    let [low, high] = [at, at + dayMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === offset(at)) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

describe('LocalClock', () => {
  it('shows what the wall shows, at any instant in any zone', () => {
    fc.assert(fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to }), check), {
      numRuns: 5000,
    });
  });

  it.each([
    'America/Sao_Paulo',
    'Europe/Lisbon',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Tehran',
    'Pacific/Apia',
  ])('is exact to the millisecond at every change of the clocks in %s', (zone) => {
    const changes = changesOf(zone);
    expect(changes.length).toBeGreaterThan(5);
    for (const at of changes) for (const ms of [at - 1, at, at + 1, at + 3_600_000]) check(zone, ms);
  });

  it('knows no day that was left out', () => {
    const days = new Set<string>();
    for (let at = Date.UTC(2011, 11, 28); at < Date.UTC(2012, 0, 2); at += 3_600_000) {
      days.add(new LocalClock('Pacific/Apia').at(at).day);
    }
    expect(days).not.toContain('2011-12-30');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => new LocalClock('America/Atlantis')).toThrow('America/Atlantis is not an IANA time zone');
  });
});
