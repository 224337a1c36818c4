import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckedEvent } from './event.ts';
import { builtInTypes } from './event-types.ts';
import { LocalClock } from './local-clock.ts';
import { PlayerDelta } from './player-delta.ts';

const clock = new LocalClock('UTC');
const event = (type: string, at: number, data: Record<string, unknown> = {}, brand: string | null = null) =>
  ({
    id: `e-${type}-${at}`,
    source: 'server',
    type,
    player: 'p',
    at,
    brand,
    data,
    replay: false,
  }) satisfies CheckedEvent;

function deltaOf(events: readonly CheckedEvent[]): PlayerDelta {
  const [first = event('quest.done', 0)] = events;
  const delta = new PlayerDelta(first);
  for (const each of events) delta.add(each, clock);
  return delta;
}

describe('a restriction', () => {
  const set = (at: number, more: Record<string, unknown> = {}) =>
    event('restriction.set', at, { restriction: 'time_out', ...more });
  const lift = (at: number, more: Record<string, unknown> = {}) =>
    event('restriction.lifted', at, { restriction: 'time_out', ...more });
  const inForce = (events: readonly CheckedEvent[]) =>
    deltaOf(events)
      .restrictions.filter(({ liftedAt }) => liftedAt === null)
      .map(({ scope, since, endsAt }) => ({ scope, since, endsAt }));

  it('of one scope is lifted by no other', () => {
    const national = set(1, { scope: 'national' });
    expect(inForce([national, set(1), lift(2)])).toEqual([{ scope: 'national', since: 1, endsAt: null }]);
    expect(inForce([national, set(1), lift(2, { scope: 'national' })])).toEqual([
      { scope: 'operator', since: 1, endsAt: null },
    ]);
  });

  it('is in force when it was set and lifted at one moment, in either order', () => {
    expect(inForce([set(1), lift(1)])).toHaveLength(1);
    expect(inForce([lift(1), set(1)])).toHaveLength(1);
    expect(inForce([lift(2), set(1)])).toHaveLength(0);
  });

  it('set twice at one moment ends at the later end', () => {
    const ends = ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', undefined];
    const sets = ends.map((endsAt) => set(1, endsAt === undefined ? {} : { endsAt }));
    fc.assert(
      fc.property(fc.shuffledSubarray(sets, { minLength: 1 }), (some) => {
        const latest = Math.max(...some.map((each) => sets.indexOf(each)));
        const end = ends[latest];
        expect(inForce(some)[0]?.endsAt).toBe(end === undefined ? null : Date.parse(end));
      }),
    );
  });
});

describe('the brand', () => {
  it('is that of the earliest event that names one, in whatever order they come', () => {
    const events = [
      event('bet.placed', 1),
      event('bet.placed', 2, {}, 'sul'),
      event('bet.placed', 2, {}, 'arena'),
      event('bet.placed', 3, {}, 'aaa'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: 4 }), (some) => {
        const { brand, brandAt } = deltaOf(some);
        expect([brand, brandAt]).toEqual(['arena', 2]);
      }),
    );
  });
});

describe('activity', () => {
  const isActive = (type: string) =>
    deltaOf([event(type, 7, { amount: 1, stake: 1, payout: 1 })]).moments.lastActiveAt === 7;

  it('is what the player does, and not what is done to the player', () => {
    const passive = builtInTypes.filter((type) => !isActive(type));
    expect(passive.sort()).toEqual([
      'bet.settled',
      'bonus.converted',
      'bonus.expired',
      'bonus.granted',
      'message.bounced',
      'message.delivered',
      'message.sent',
      'player.updated',
      'restriction.lifted',
      'restriction.set',
      'withdrawal.approved',
    ]);
    expect(isActive('quest.done')).toBe(true);
  });

  it('is counted with the moment of the last one', () => {
    const delta = deltaOf([
      event('session.started', 5),
      event('session.ended', 9),
      event('message.sent', 12),
    ]);
    expect(delta.moments).toMatchObject({ firstEventAt: 5, lastEventAt: 12, lastActiveAt: 9 });
    const { events_count, activities_count } = delta.lifetime(null);
    expect([events_count, activities_count]).toEqual([3n, 2n]);
  });
});
