import { clubs } from './clubs.ts';
import { day, hour, minute } from './time.ts';

/** A match. Times are milliseconds since the epoch. */
export type Fixture = {
  readonly id: string;
  readonly competition: string;
  readonly round: number;
  readonly home: string;
  readonly away: string;
  readonly kickOff: number;
  /** The whistle, half-time and added time included. */
  readonly fullTime: number;
  /** Fair probabilities of home win, draw and away win. */
  readonly chances: readonly [home: number, draw: number, away: number];
};

/** Brasília is three hours behind UTC, all year since 2019. */
const utcOffset = 3 * hour;
const rounds = 38;
/** Kick-off times of a round's ten matches, as hours from the Saturday's or the Wednesday's midnight in Brasília. */
const weekendKickOffs = [16, 16, 18.5, 18.5, 21, 24 + 11, 24 + 16, 24 + 16, 24 + 18.5, 24 + 20.5];
const midweekKickOffs = [19, 19, 19, 19.5, 19.5, 20, 21.5, 21.5, 21.5, 21.5];

const seasons = new Map<number, readonly Fixture[]>();

/**
 * The season of a year: a double round robin of 20 clubs, 38 rounds from the last days of March to the first of
 * December, with pauses for national teams and midweek rounds to make up for them. Ordered by kick-off.
 */
export function season(year: number): readonly Fixture[] {
  const found = seasons.get(year);
  if (found !== undefined) return found;
  const pairs = doubleRoundRobin(clubs.length);
  const fixtures = roundDates(year).flatMap(({ midnight, midweek }, round) => {
    const kickOffs = midweek ? midweekKickOffs : weekendKickOffs;
    const matches = pairs[round] ?? [];
    // Turn the matches against the slots, so that no club always plays at the same hour.
    return matches.map((pair, i) =>
      fixture(year, round, pair, midnight + (kickOffs[(i * 3 + round) % 10] ?? 16) * hour),
    );
  });
  fixtures.sort((a, b) => a.kickOff - b.kickOff || (a.id < b.id ? -1 : 1));
  seasons.set(year, fixtures);
  return fixtures;
}

/** Every match with its kick-off in [from, to). */
export function fixturesBetween(from: number, to: number): Fixture[] {
  const years = [];
  for (let year = new Date(from).getUTCFullYear(); year <= new Date(to).getUTCFullYear(); year++)
    years.push(year);
  return years.flatMap(season).filter(({ kickOff }) => kickOff >= from && kickOff < to);
}

/** The 38 days on which rounds begin: midnights in Brasília, in order. */
function roundDates(year: number): { midnight: number; midweek: boolean }[] {
  const opening = onOrAfter(Date.UTC(year, 2, 26), 6);
  const weekends: number[] = [];
  for (let at = opening; at <= Date.UTC(year, 11, 6); at += 7 * day) weekends.push(at);
  // National teams play in June, and for a week each in September, October and November.
  const pauses = [11, 12, 23, 28, 32];
  const kept = weekends.filter((_, week) => !pauses.includes(week)).slice(0, rounds);
  const missing = rounds - kept.length;
  const midweeks = Array.from({ length: missing }, (_, i) => {
    const week = kept[Math.floor(((i + 0.5) * kept.length) / missing)] ?? opening;
    return week - 3 * day;
  });
  return [...kept.map((at) => ({ at, midweek: false })), ...midweeks.map((at) => ({ at, midweek: true }))]
    .sort((a, b) => a.at - b.at)
    .map(({ at, midweek }) => ({ midnight: at + utcOffset, midweek }));
}

function onOrAfter(date: number, weekday: number): number {
  return date + ((weekday - new Date(date).getUTCDay() + 7) % 7) * day;
}

/** The circle method: one club stands still, the others go round; then everything again with sides changed. */
function doubleRoundRobin(teams: number): [home: number, away: number][][] {
  const half = Array.from({ length: teams - 1 }, (_, round) => {
    const at = (place: number) => (place === 0 ? 0 : 1 + ((place - 1 + round) % (teams - 1)));
    return Array.from({ length: teams / 2 }, (_, i): [number, number] => {
      const pair: [number, number] = [at(i), at(teams - 1 - i)];
      return (i === 0 ? round : i) % 2 === 0 ? pair : [pair[1], pair[0]];
    });
  });
  return [...half, ...half.map((round) => round.map(([home, away]): [number, number] => [away, home]))];
}

function fixture(year: number, round: number, [home, away]: [number, number], kickOff: number): Fixture {
  const hosts = clubs[home] ?? clubs[0];
  const guests = clubs[away] ?? clubs[0];
  // Playing at home is worth about a third of a goal.
  const edge = hosts.strength - guests.strength + 0.35;
  const draw = 0.28 - 0.05 * Math.min(1, Math.abs(edge));
  const win = (1 - draw) / (1 + Math.exp(-1.4 * edge));
  return {
    id: `ln-${year}-r${String(round + 1).padStart(2, '0')}-${home + 1}v${away + 1}`,
    competition: 'Liga Nacional',
    round: round + 1,
    home: hosts.name,
    away: guests.name,
    kickOff,
    fullTime: kickOff + 112 * minute,
    chances: [win, draw, 1 - draw - win],
  };
}
