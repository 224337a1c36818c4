import { type Archetype, type ArchetypeName, archetypeNames, archetypes } from './archetypes.ts';
import type { DemoOptions } from './options.ts';
import { drawPerson, type Person } from './person.ts';
import { Rng } from './rng.ts';
import { day } from './time.ts';

/** What is decided about a player before anything happens. Drawing it does not need the history. */
export type Plan = {
  readonly index: number;
  readonly player: string;
  readonly archetype: ArchetypeName;
  readonly behaviour: Archetype;
  readonly person: Person;
  readonly registeredAt: number;
  /** This player's own pace and purse, against the archetype's. */
  readonly pace: number;
  readonly purse: number;
  /** When this player stays away: [from, to), in order, not overlapping. */
  readonly absences: readonly (readonly [from: number, to: number])[];
  /** From here on the player is self-excluded, as soon as the session of that day is over. */
  readonly excludesAt: number | undefined;
  /** A cool-off of a week; it lies within an absence. */
  readonly timeOut: readonly [from: number, to: number] | undefined;
  /** How the player's behaviour grows over the window: 0 not at all; 1 doubles to its end. */
  readonly escalation: number;
};

const shares = archetypeNames.map((name) => archetypes[name].share);

/** Draws the plan of player `index`: pure, the same for the same options, whatever `players` is. */
export function planPlayer(options: Omit<DemoOptions, 'players'>, index: number): Plan {
  const rng = new Rng(options.seed, index, 1);
  const end = options.end.getTime();
  const start = end - options.days * day;
  const archetype = archetypeNames[rng.weighted(shares)] ?? 'casual';
  const registeredAt = drawRegistration(rng, archetype, start, end, options.days);
  const person = drawPerson(rng, index, archetype, registeredAt);
  const pace = rng.logNormal(1, 0.35);
  const purse = rng.logNormal(1, archetype === 'vip' ? 0.4 : 0.5);
  const began = Math.max(registeredAt, start);
  const excludes = archetype === 'self_excluded';
  const cools = archetype === 'at_risk' && rng.chance(0.35);
  const coolsFrom = began + (0.35 + 0.4 * rng.next()) * (end - began);
  const timeOut = cools ? ([coolsFrom, coolsFrom + 7 * day] as const) : undefined;
  return {
    index,
    player: `p${String(100_000 + index)}`,
    archetype,
    behaviour: archetypes[archetype],
    person,
    registeredAt,
    pace,
    purse,
    // A day more on both sides, so that no visit of the night before reaches into it.
    absences: timeOut ? [[timeOut[0] - day, timeOut[1] + day]] : drawAbsences(rng, archetype, began, end),
    excludesAt: excludes
      ? Math.min(end - 1.5 * day, began + (0.3 + 0.55 * rng.next()) * (end - began))
      : undefined,
    timeOut,
    escalation: archetype === 'at_risk' || excludes ? rng.between(0.4, 1.4) : 0,
  };
}

/** Most were there before the window; some join in it; the new ones join near its end. */
function drawRegistration(
  rng: Rng,
  archetype: ArchetypeName,
  start: number,
  end: number,
  days: number,
): number {
  const sooner = rng.next();
  const where = rng.next();
  if (archetype === 'new_registrant') return end - (0.02 + 0.98 * where) * Math.min(40, days * 0.5) * day;
  const joinsIn =
    archetype === 'casual' ? 0.16 : archetype === 'vip' || archetype === 'self_excluded' ? 0 : 0.1;
  if (sooner < joinsIn) return start + where * (end - start) * 0.95;
  // A year at most in all, so that nothing depends on how far back a store's horizon goes.
  const furthest = Math.max(20, Math.min(240, 350 - days));
  return start - (0.5 + where ** 1.5 * furthest) * day;
}

function drawAbsences(rng: Rng, archetype: ArchetypeName, began: number, end: number): [number, number][] {
  const absences: [number, number][] = [];
  if (archetype === 'lapsed_returner') {
    // Here for a while, away for weeks, and back.
    const span = end - began;
    const from = began + span * rng.between(0.15, 0.3);
    absences.push([from, from + span * rng.between(0.35, 0.5)]);
    return absences;
  }
  const { stays } = archetypes[archetype];
  let at = began + rng.exponential(stays) * day;
  while (at < end) {
    const away = rng.chance(0.35) ? rng.between(18, 45) * day : Number.POSITIVE_INFINITY;
    absences.push([at, at + away]);
    at += away + rng.exponential(stays) * day;
  }
  return absences;
}

/** Whether the player may be playing then: registered, not away, not excluded. */
export function isAround(plan: Plan, at: number): boolean {
  if (at < plan.registeredAt || (plan.excludesAt !== undefined && at >= plan.excludesAt)) return false;
  return !plan.absences.some(([from, to]) => at >= from && at < to);
}
