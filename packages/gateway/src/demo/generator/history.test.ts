import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { archetypeNames } from './archetypes.ts';
import { season } from './calendar.ts';
import type { DemoEvent } from './events.ts';
import { fold } from './fold.ts';
import { estimateEvents, generateHistory } from './history.ts';
import { type DemoOptions, demoDefaults } from './options.ts';
import { planPlayer } from './plan.ts';
import { generatePlayerHistory } from './player.ts';

// Whole histories are made here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const options: DemoOptions = { ...demoDefaults, end: new Date('2026-11-20T12:00:00Z') };
/** Every fourth of the first 12,000 players: enough for every archetype, in a moment. */
const sample = Array.from({ length: 3000 }, (_, i) => i * 4);
const histories = sample.map((index) => ({
  archetype: planPlayer(options, index).archetype,
  events: generatePlayerHistory(options, index),
}));
const all = histories.flatMap(({ events }) => events);

const anyOptions = fc.record({
  players: fc.constant(10),
  days: fc.integer({ min: 1, max: 400 }),
  seed: fc.integer(),
  end: fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
});

describe('a history, for any options', () => {
  it('is the same again, whatever was made in between', () => {
    fc.assert(
      fc.property(anyOptions, anyOptions, fc.nat(30_000), (one, other, index) => {
        const before = JSON.stringify(generatePlayerHistory(one, index));
        generatePlayerHistory(other, index);
        expect(JSON.stringify(generatePlayerHistory({ ...one, players: 99 }, index))).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  it('is in order, ends in time, and never spends what is not there', () => {
    fc.assert(
      fc.property(anyOptions, fc.nat(30_000), (anywhere, index) => {
        const events = generatePlayerHistory(anywhere, index);
        expect(events[0]?.type ?? 'player.registered').toBe('player.registered');
        for (const [i, event] of events.entries()) {
          if (i > 0) expect(event.time > (events[i - 1]?.time ?? '')).toBe(true);
        }
        expect((events.at(-1)?.time ?? '') <= anywhere.end.toISOString()).toBe(true);
        fold(events);
      }),
      { numRuns: 200 },
    );
  });

  it('shares no id with another seed, length or end', () => {
    const ids = (changed: Partial<DemoOptions>) =>
      generatePlayerHistory({ ...options, ...changed }, 3).map(({ id }) => id);
    const kinds = [
      {},
      { seed: 1 },
      { seed: 2 },
      { days: 30 },
      { days: 31 },
      { end: new Date('2026-11-20T12:00:01Z') },
    ];
    const lists = kinds.map(ids);
    expect(new Set(lists.flat()).size).toBe(lists.reduce((sum, list) => sum + list.length, 0));
  });
});

describe('the default history', () => {
  let events = 0;
  const house = { 'bet.settled': { stake: 0, payout: 0 }, 'casino.round': { stake: 0, payout: 0 } };
  beforeAll(() => {
    for (const chunk of generateHistory(options)) {
      events += chunk.length;
      for (const event of chunk) {
        if ((event.type !== 'bet.settled' && event.type !== 'casino.round') || event.data.bonus) continue;
        house[event.type].stake += event.data.stake;
        house[event.type].payout += event.data.payout;
      }
    }
  });

  it('has about a million events, and is estimated well', () => {
    expect(events).toBeGreaterThan(950_000);
    expect(events).toBeLessThan(1_100_000);
    expect(Math.abs(estimateEvents(options) / events - 1)).toBeLessThan(0.05);
  });

  it('leaves the house 5 to 8 % of sports turnover and 3 to 5 % of casino turnover', () => {
    const margin = (type: keyof typeof house) => 1 - house[type].payout / house[type].stake;
    expect(margin('bet.settled')).toBeGreaterThan(0.05);
    expect(margin('bet.settled')).toBeLessThan(0.08);
    expect(margin('casino.round')).toBeGreaterThan(0.03);
    expect(margin('casino.round')).toBeLessThan(0.05);
  });

  it('comes in chunks of whole players that add up to the players one by one', () => {
    const few = { ...options, players: 200 };
    const chunks = [...generateHistory(few)];
    expect(chunks.flat()).toEqual(
      Array.from({ length: 200 }, (_, i) => generatePlayerHistory(few, i)).flat(),
    );
    for (const chunk of chunks.slice(0, -1)) expect(chunk.length).toBeGreaterThanOrEqual(1000);
    expect(estimateEvents(few, 200)).toBe(chunks.flat().length);
  });

  it('has ids that are unique, also those of bets, rounds, deposits and sessions', () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const things = all.flatMap((event) => {
      if (event.type === 'bet.placed') return [event.data.betId];
      if (event.type === 'casino.round') return [event.data.roundId];
      if (event.type === 'deposit.approved') return [event.data.depositId];
      if (event.type === 'session.started') return [event.data.sessionId];
      return [];
    });
    expect(new Set(things).size).toBe(things.length);
    expect(ids.filter((id) => id.length > 40)).toEqual([]);
  });

  it('keeps money in whole centavos, odds as decimals and times in UTC', () => {
    for (const { type, time, data } of all) {
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) expect.fail(time);
      for (const [field, value] of Object.entries(data)) {
        if (value === undefined) expect.fail(`${type} holds an undefined ${field}`);
        if (
          ['amount', 'stake', 'payout'].includes(field) &&
          !(Number.isSafeInteger(value) && Number(value) >= 0)
        ) {
          expect.fail(`${type} ${field} ${value}`);
        }
        if (field === 'odds' && !/^\d+\.\d\d$/.test(String(value))) expect.fail(`odds ${value}`);
      }
    }
  });

  it('is silent after a self-exclusion, but for bets and withdrawals that were open', () => {
    // Many, as little is open when a player leaves: a message on its way, a bonus, a bet.
    const plans = Array.from({ length: 60_000 }, (_, i) => planPlayer(options, i));
    const excluding = plans.filter(({ archetype }) => archetype === 'self_excluded');
    expect(excluding.length).toBeGreaterThan(500);
    let settled = 0;
    for (const { index } of excluding) {
      const events = generatePlayerHistory(options, index);
      const from = events.findIndex(
        ({ type, data }) => type === 'restriction.set' && data.restriction === 'self_exclusion',
      );
      expect(from).toBeGreaterThan(0);
      for (const { type } of events.slice(from + 1)) {
        expect(type).toMatch(/^(bet\.settled$|withdrawal\.)/);
        if (type === 'bet.settled') settled++;
      }
    }
    expect(settled).toBeGreaterThan(0);
  });

  it('excludes only those of that archetype', () => {
    const excluded = histories.filter(({ events }) =>
      events.some(({ type, data }) => type === 'restriction.set' && data.restriction === 'self_exclusion'),
    );
    expect(new Set(excluded.map(({ archetype }) => archetype))).toEqual(new Set(['self_excluded']));
  });

  it('is silent during a cool-off, which ends', () => {
    const cooling = histories.flatMap(({ events }) => {
      const from = events.findIndex(
        ({ type, data }) => type === 'restriction.set' && data.restriction === 'time_out',
      );
      const to = events.findIndex(({ type }) => type === 'restriction.lifted');
      return from === -1 || to === -1 ? [] : [events.slice(from + 1, to)];
    });
    expect(cooling.length).toBeGreaterThan(5);
    const play = cooling
      .flat()
      .filter(({ type }) => /^(session|deposit|bet\.placed|casino|bonus\.granted)/.test(type));
    expect(play).toEqual([]);
  });
});

/** Measures that clustering can see, over all players of an archetype. */
function measure(events: readonly DemoEvent[]) {
  const localHour = (time: string) => (Number(time.slice(11, 13)) + 21) % 24;
  let [bets, night, bonus, sports, turnover, deposits] = [0, 0, 0, 0, 0, 0];
  for (const event of events) {
    if (event.type === 'deposit.approved') deposits++;
    if (event.type !== 'bet.placed' && event.type !== 'casino.round') continue;
    bets++;
    turnover += event.data.stake;
    if (event.data.bonus) bonus++;
    if (event.type === 'bet.placed') sports++;
    if (localHour(event.time) < 6) night++;
  }
  return {
    night: night / bets,
    bonus: bonus / bets,
    sports: sports / bets,
    stake: turnover / bets,
    bets,
    deposits,
  };
}

describe('archetypes', () => {
  const of = Object.fromEntries(
    archetypeNames.map((name) => {
      const own = histories.filter(({ archetype }) => archetype === name);
      const measures = measure(own.flatMap(({ events }) => events));
      return [name, { ...measures, players: own.length, perPlayer: measures.bets / own.length }];
    }),
  );
  const typical = of.casual;

  it('are all there', () => {
    for (const name of archetypeNames) expect(of[name]?.players, name).toBeGreaterThan(25);
  });

  it('differ in what they do', () => {
    expect(of.live_casino_owl?.night).toBeGreaterThan(0.5);
    expect(typical?.night).toBeLessThan(0.15);
    expect(of.bonus_hunter?.bonus).toBeGreaterThan(0.4);
    expect(typical?.bonus).toBeLessThan(0.1);
    expect(of.sports_regular?.sports).toBeGreaterThan(0.9);
    expect(of.slots_player?.sports).toBeLessThan(0.1);
    expect(of.vip?.stake).toBeGreaterThan(20 * (typical?.stake ?? 0));
    expect(of.at_risk?.night).toBeGreaterThan(0.3);
    expect(of.at_risk?.perPlayer).toBeGreaterThan(5 * (typical?.perPlayer ?? 0));
  });

  it('chase losses when at risk: many deposits a day, many fail, withdrawals are taken back', () => {
    const rate = (name: string, part: string, whole: string) => {
      const events = histories
        .filter(({ archetype }) => archetype === name)
        .flatMap((history) => history.events);
      const count = (type: string) => events.filter((event) => event.type === type).length;
      return count(part) / count(whole);
    };
    expect(rate('at_risk', 'deposit.failed', 'deposit.approved')).toBeGreaterThan(
      3 * rate('sports_regular', 'deposit.failed', 'deposit.approved'),
    );
    expect(rate('at_risk', 'deposit.approved', 'session.started')).toBeGreaterThan(
      1.4 * rate('sports_regular', 'deposit.approved', 'session.started'),
    );
    expect(rate('at_risk', 'withdrawal.cancelled', 'withdrawal.requested')).toBeGreaterThan(0.3);
  });

  it('lapse for weeks and come back', () => {
    const gaps = histories
      .filter(({ archetype }) => archetype === 'lapsed_returner')
      .map(({ events }) => {
        const from = options.end.getTime() - options.days * 86_400_000;
        const visits = events
          .filter(({ type, time }) => type === 'session.started' && Date.parse(time) >= from)
          .map(({ time }) => Date.parse(time));
        return Math.max(0, ...visits.slice(1).map((time, i) => (time - (visits[i] ?? time)) / 86_400_000));
      });
    expect(gaps.filter((gap) => gap > 21).length / gaps.length).toBeGreaterThan(0.6);
  });
});

describe('the rhythm', () => {
  it('has football bets on match days, most of them before kick-off', () => {
    const football = all.filter((event) => event.type === 'bet.placed' && event.data.sport === 'football');
    const weekday = (time: string) => new Date(Date.parse(time) - 3 * 3_600_000).getUTCDay();
    const onMatchDays = football.filter(({ time }) => [0, 3, 6].includes(weekday(time)));
    expect(onMatchDays.length / football.length).toBeGreaterThan(0.9);
    const live = football.filter(({ type, data }) => type === 'bet.placed' && data.live);
    expect(live.length / football.length).toBeGreaterThan(0.1);
    expect(live.length / football.length).toBeLessThan(0.5);
  });

  it('settles football after the final whistle', () => {
    const whistles = new Map(season(2026).map(({ id, fullTime }) => [id, fullTime]));
    const bets = new Map<string, number>();
    let settled = 0;
    for (const { type, time, data } of all) {
      if (type === 'bet.placed' && data.sport === 'football') {
        const fullTime = whistles.get(data.fixture) ?? Number.NaN;
        expect(Date.parse(time)).toBeLessThan(fullTime);
        bets.set(data.betId, fullTime);
      }
      const fullTime = type === 'bet.settled' ? bets.get(data.betId) : undefined;
      if (fullTime === undefined) continue;
      settled++;
      expect(Date.parse(time) - fullTime).toBeGreaterThan(0);
    }
    expect(settled / bets.size).toBeGreaterThan(0.95);
  });

  it('is busier on Saturdays and Sundays than in the week', () => {
    const sessions = all.filter(({ type }) => type === 'session.started');
    const onWeekends = sessions.filter(({ time }) =>
      [0, 6].includes(new Date(Date.parse(time) - 10_800_000).getUTCDay()),
    );
    expect(onWeekends.length / sessions.length).toBeGreaterThan(1.15 * (2 / 7));
  });
});
