import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Principal } from '../auth/principal.ts';
import type { EventsService } from '../services/events/events-service.ts';
import { type DemoOptions, liveEvents } from './generator/index.ts';

/** Keeps new events arriving, slowly, until the signal: the page lives. A store that is away is waited for. */
export async function keepEventsComing(
  ports: { events: EventsService; principal: Principal },
  options: DemoOptions,
  live: { eventsPerSecond: number; signal: AbortSignal },
): Promise<void> {
  const from = new Date();
  const source = liveEvents(options, {
    from,
    eventsPerSecond: live.eventsPerSecond,
    run: randomBytes(6).toString('hex'),
  });
  for (const event of source) {
    await sleep(Date.parse(event.time) - Date.now(), live.signal);
    if (live.signal.aborted) return;
    await ports.events.send(ports.principal, { events: [event] }).catch(() => sleep(1000, live.signal));
  }
}

/** Ends early, without a word, when the signal does. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => {});
