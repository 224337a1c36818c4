import { expect, it, vi } from 'vitest';
import { checkEvent } from '../../ingest/check-event.ts';
import { liveEvents } from './live.ts';
import { demoDefaults } from './options.ts';
import { generatePlayerHistory } from './player.ts';

vi.setConfig({ testTimeout: 60_000 });

const options = { ...demoDefaults, players: 2000, end: new Date('2026-11-20T12:00:00Z') };

it('gives events that the gateway takes: none is refused by its own checker', () => {
  const live = liveEvents(options, { from: options.end, eventsPerSecond: 5, run: 'r' });
  const events = [
    ...Array.from({ length: options.players }, (_, i) => generatePlayerHistory(options, i)).flat(),
    ...Array.from({ length: 5000 }, () => live.next().value),
  ];
  expect(new Set(events.map(({ type }) => type)).size).toBe(24);
  for (const event of events) {
    const checked = checkEvent(JSON.parse(JSON.stringify(event)), { now: options.end.getTime() });
    if (!checked.ok) expect.fail(JSON.stringify({ event, refusal: checked.refusal }));
  }
});
