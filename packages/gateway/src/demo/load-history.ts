import { z } from 'zod';
import type { Principal } from '../auth/principal.ts';
import type { Database } from '../db/database.ts';
import { readSetting, writeSetting } from '../db/queries/settings.ts';
import type { EventsService } from '../services/events/events-service.ts';
import { type DemoEvent, type DemoOptions, estimateEvents, generateHistory } from './generator/index.ts';

/** What is kept of a load, so that an interrupted one goes on with the same history, and a finished one is not begun again. */
const LoadState = z.object({
  players: z.int(),
  days: z.int(),
  seed: z.int(),
  end: z.iso.datetime(),
  /** Events of the history, from its start, that are known to be stored. */
  stored: z.int(),
  finished: z.boolean(),
});

type LoadState = z.infer<typeof LoadState>;

export type HistoryWish = { players: number; days: number; seed: number };

const settingName = 'demo.history';
const batchSize = 1000;
const batchesInFlight = 8;
const noteEveryMs = 2000;

/** What the database says of the demo history; undefined before the first load. */
export async function readLoadState(db: Database): Promise<LoadState | undefined> {
  return LoadState.safeParse(await readSetting(db, settingName)).data;
}

export const optionsOf = (state: LoadState): DemoOptions => ({
  players: state.players,
  days: state.days,
  seed: state.seed,
  end: new Date(state.end),
});

/**
 * Sends the demo history through the same service as any operator's events. Ids and times follow from the seed and the end
 * that was noted first, so whatever is sent twice after an interruption is refused as a duplicate.
 */
export async function loadHistory(
  ports: { db: Database; events: EventsService; principal: Principal },
  wish: HistoryWish,
  watch: { signal: AbortSignal; onTotal(total: number): void; onStored(stored: number): void },
): Promise<LoadState> {
  const known = await readLoadState(ports.db);
  const state: LoadState = known ?? { ...wish, end: new Date().toISOString(), stored: 0, finished: false };
  if (known === undefined) await writeSetting(ports.db, settingName, state);
  if (state.finished) return state;

  const options = optionsOf(state);
  watch.onTotal(estimateEvents(options, 300));
  let seen = 0;
  let stored = state.stored;
  let noted = Date.now();
  let flight: Promise<unknown>[] = [];
  const land = async () => {
    await Promise.all(flight);
    flight = [];
    stored = Math.max(stored, seen);
    watch.onStored(stored);
    if (Date.now() - noted > noteEveryMs) {
      noted = Date.now();
      await writeSetting(ports.db, settingName, { ...state, stored });
    }
    watch.signal.throwIfAborted();
  };
  for (const batch of inBatches(generateHistory(options))) {
    const skip = seen + batch.length <= state.stored;
    seen += batch.length;
    if (skip) continue;
    flight.push(send(ports, batch));
    if (flight.length >= batchesInFlight) await land();
  }
  await land();
  const finished = { ...state, stored: seen, finished: true };
  await writeSetting(ports.db, settingName, finished);
  return finished;
}

function* inBatches(chunks: Iterable<DemoEvent[]>): Generator<DemoEvent[]> {
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += batchSize) yield chunk.slice(from, from + batchSize);
  }
}

async function send(
  { events, principal }: { events: EventsService; principal: Principal },
  batch: DemoEvent[],
): Promise<void> {
  const result = await events.send(principal, { events: batch, replay: true });
  const bad = result.results.find(({ status }) => status === 'rejected' || status === 'conflict');
  // A history that our own checker refuses is a defect: it must not pass for loaded.
  if (bad !== undefined)
    throw new Error(`the demo history was refused: ${JSON.stringify({ bad, event: batch[bad.index] })}`);
}
