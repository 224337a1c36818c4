import { Account } from './account.ts';
import type { DemoEvent } from './events.ts';
import type { DemoOptions } from './options.ts';
import { isAround, type Plan, planPlayer } from './plan.ts';
import { mix, Rng } from './rng.ts';
import { playSession } from './session.ts';
import { day, isoTime } from './time.ts';

export type LiveOptions = {
  /** The time of the first event. */
  readonly from: Date;
  /** How far apart the events' times are. */
  readonly eventsPerSecond: number;
  /** A name that no earlier run had: it is part of every id. */
  readonly run: string;
};

/**
 * The same people going on after the history, for ever: visits that overlap, one event after the other, evenly
 * spaced in time. The caller sends each when its time has come. Who is excluded, cooling off or gone stays silent.
 */
export function* liveEvents(options: DemoOptions, live: LiveOptions): Generator<DemoEvent, never, undefined> {
  const from = live.from.getTime();
  const rng = new Rng(options.seed, from, ...Array.from(live.run, (letter) => letter.charCodeAt(0)));
  const step = 1000 / live.eventsPerSecond;
  // About as many visits at once as would take a quarter of a minute from one event to the next.
  const width = Math.max(4, Math.min(200, Math.round(live.eventsPerSecond * 15)));
  const visits: DemoEvent[][] = [];
  const busy = new Set<string>();
  const mark = mix(from).toString(36);
  for (let count = 0, told = 0; ; ) {
    const at = from + told * step;
    if (visits.length < width) {
      const plan = drawVisitor(options, rng, at, busy);
      if (plan !== undefined) {
        busy.add(plan.player);
        visits.push(visit(plan, rng, at, `live-${live.run}-${mark}-${(count++).toString(36)}`));
      } else if (visits.length === 0) {
        throw new Error('nobody of this population may be shown playing');
      }
    }
    const place = rng.int(0, visits.length - 1);
    const events = visits[place];
    const event = events?.shift();
    if (event !== undefined) {
      yield { ...event, time: isoTime(Math.floor(at)) };
      told++;
    }
    if (events === undefined || events.length > 0) continue;
    visits.splice(place, 1);
    if (event !== undefined) busy.delete(event.player);
  }
}

/** Somebody who may play now and is not playing: the busier a player, the likelier. */
function drawVisitor(options: DemoOptions, rng: Rng, at: number, busy: Set<string>): Plan | undefined {
  const end = options.end.getTime();
  for (let attempt = 0; attempt < 2000; attempt++) {
    const plan = planPlayer(options, rng.int(0, options.players - 1));
    // Plans end with the history: from then on, who is here stays, who is away stays away, who is excluded too.
    if (!isAround(plan, Math.min(at, end - 1)) || busy.has(plan.player)) continue;
    if (plan.timeOut !== undefined && at < plan.timeOut[1]) continue;
    if (rng.chance(plan.behaviour.activity * plan.pace * 2)) return plan;
  }
  return undefined;
}

/** One visit with all its bets settled. It starts without money, as what the player really has is not known here. */
function visit(plan: Plan, rng: Rng, at: number, prefix: string): DemoEvent[] {
  const account = new Account(plan, prefix, Number.MAX_SAFE_INTEGER);
  playSession(account, rng, { start: at, fixtures: [], mood: 1, football: 1 }, at, false);
  account.advance(at + 2 * day);
  return account.events;
}
