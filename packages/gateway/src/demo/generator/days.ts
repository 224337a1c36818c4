import { type Fixture, fixturesBetween } from './calendar.ts';
import { day, hour } from './time.ts';

/** A day in Brasília. */
export type DemoDay = {
  /** Its midnight. */
  readonly start: number;
  /** Its matches, by kick-off. */
  readonly fixtures: readonly Fixture[];
  /** How much more (or less) people play than on an average day: the weekday, and the days after wages are paid. */
  readonly mood: number;
  /** The same for those who follow football. */
  readonly football: number;
};

const brasilia = 3 * hour;
/** From Sunday on. */
const weekdays = [1.2, 0.78, 0.8, 0.9, 0.92, 1.15, 1.3];

/** The days of a stretch of time, from the day that `from` lies in. */
export function demoDays(from: number, to: number): DemoDay[] {
  const first = Math.floor((from - brasilia) / day) * day + brasilia;
  const fixtures = fixturesBetween(first, to + day);
  const days: DemoDay[] = [];
  let next = 0;
  for (let start = first; start < to; start += day) {
    const begin = next;
    while (next < fixtures.length && (fixtures[next]?.kickOff ?? 0) < start + day) next++;
    const local = new Date(start - brasilia);
    // Wages are paid by the fifth working day of a month.
    const payday = local.getUTCDate() >= 5 && local.getUTCDate() <= 8 ? 1.25 : 0.97;
    const matches = next - begin;
    days.push({
      start,
      fixtures: fixtures.slice(begin, next),
      mood: (weekdays[local.getUTCDay()] ?? 1) * payday,
      football: (matches === 0 ? 0.42 : 1.6 + 0.12 * matches) * payday,
    });
  }
  return days;
}
