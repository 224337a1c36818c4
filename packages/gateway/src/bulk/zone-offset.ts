import { IANAZone } from 'luxon';

/** From `at` on (milliseconds since 1970) the zone is `offset` milliseconds ahead of UTC; `before` until then. */
export type Transition = { at: number; offset: number; before: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The changes of a zone's offset between two instants, in order, to the second. Two changes within a day of each other that
 * cancel out are not seen; no zone has had any since 1990.
 */
export function transitionsOf(timeZone: string, from: number, to: number): Transition[] {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) throw new RangeError(`${timeZone} is not an IANA time zone`);
  const offsetAt = (ms: number) => zone.offset(ms) * 60_000;
  const found: Transition[] = [];
  let offset = offsetAt(from);
  for (let day = from; day < to; day += dayMs) {
    const end = day + dayMs;
    const later = offsetAt(end);
    if (later === offset) continue;
    let [low, high] = [day, end];
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000;
      const at = middle <= low ? low + 1_000 : middle;
      if (offsetAt(at) === offset) low = at;
      else high = at;
    }
    found.push({ at: high, offset: later, before: offset });
    offset = later;
  }
  return found;
}

/** The offset of `instant`, an SQL expression of milliseconds since 1970, as another. */
export function offsetSql(timeZone: string, instant: string, from: number, to: number): string {
  const transitions = transitionsOf(timeZone, from, to);
  const first = transitions[0]?.before ?? IANAZone.create(timeZone).offset(from) * 60_000;
  if (transitions.length === 0) return `${first}`;
  // The latest first: history is mostly of late, and DuckDB leaves a CASE once no row is left.
  const cases = transitions.toReversed().map(({ at, offset }) => `WHEN ${instant} >= ${at} THEN ${offset}`);
  return `CASE ${cases.join(' ')} ELSE ${first} END`;
}

/**
 * The instant at which the zone's clocks show `wall` (milliseconds as if it were UTC), as SQL. NULL near a change of the clocks,
 * where a wall time is there twice or not at all: who asks has to look closer.
 */
export function instantSql(timeZone: string, wall: string, from: number, to: number): string {
  const transitions = transitionsOf(timeZone, from - dayMs, to + dayMs);
  const first = transitions[0]?.before ?? IANAZone.create(timeZone).offset(from) * 60_000;
  const cases = transitions
    .toReversed()
    .flatMap(({ at, offset, before }) => [
      `WHEN ${wall} >= ${at + Math.max(offset, before)} THEN ${wall} - (${offset})`,
      `WHEN ${wall} >= ${at + Math.min(offset, before)} THEN NULL`,
    ]);
  return cases.length === 0
    ? `(${wall} - (${first}))`
    : `CASE ${cases.join(' ')} ELSE ${wall} - (${first}) END`;
}
