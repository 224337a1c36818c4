import { describe, expect, it, vi } from 'vitest';
import type { DemoEvent } from './events.ts';
import { fold } from './fold.ts';
import { liveEvents } from './live.ts';
import { demoDefaults } from './options.ts';
import { planPlayer } from './plan.ts';
import { generatePlayerHistory } from './player.ts';

vi.setConfig({ testTimeout: 60_000 });

const options = { ...demoDefaults, players: 400, end: new Date('2026-11-20T12:00:00Z') };

function take(run: string, count: number, from = options.end): DemoEvent[] {
  const events = liveEvents(options, { from, eventsPerSecond: 5, run });
  return Array.from({ length: count }, () => events.next().value);
}

describe('liveEvents', () => {
  const events = take('r1', 20_000);

  it('is evenly spaced in time, from the given moment on', () => {
    expect(events[0]?.time).toBe('2026-11-20T12:00:00.000Z');
    expect(events[5]?.time).toBe('2026-11-20T12:00:01.000Z');
    for (const [i, { time }] of events.entries()) expect(time >= (events[i - 1]?.time ?? '')).toBe(true);
  });

  it('has ids of its own: not those of the history, of another run, or of the same run later', () => {
    const history = Array.from({ length: options.players }, (_, i) =>
      generatePlayerHistory(options, i),
    ).flat();
    const later = take('r1', 5000, new Date('2026-11-21T12:00:00Z'));
    const ids = [...history, ...events, ...take('r2', 5000), ...later].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves the self-excluded alone, years later too', () => {
    const silent = new Set<string>();
    for (let i = 0; i < options.players; i++) {
      const plan = planPlayer(options, i);
      if (plan.archetype === 'self_excluded') silent.add(plan.player);
    }
    expect(silent.size).toBeGreaterThan(0);
    const much = [...events, ...take('r3', 20_000, new Date('2029-01-01T00:00:00Z'))];
    expect(much.filter(({ player }) => silent.has(player))).toEqual([]);
    // Those who may play are many, so that silence means something.
    expect(new Set(much.map(({ player }) => player)).size).toBeGreaterThan(100);
  });

  it('adds up for every player: no money out of nothing, no settlement without a bet', () => {
    for (const player of new Set(events.map((event) => event.player))) {
      fold(events.filter((event) => event.player === player));
    }
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(8);
  });

  it('says so when nobody may play', () => {
    const nobody = { ...options, players: 1, seed: 0 };
    while (planPlayer(nobody, 0).archetype !== 'self_excluded') nobody.seed++;
    const live = liveEvents(nobody, { from: options.end, eventsPerSecond: 1, run: 'r' });
    expect(() => live.next()).toThrow('nobody of this population');
  });
});
