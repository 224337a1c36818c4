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
const batchesInFlight = 16;
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
  const pipeline = new Pipeline(batchesInFlight);
  let seen = 0;
  let noted = Date.now();
  const note = async (): Promise<void> => {
    watch.signal.throwIfAborted();
    watch.onStored(pipeline.landed);
    if (Date.now() - noted < noteEveryMs) return;
    noted = Date.now();
    await writeSetting(ports.db, settingName, { ...state, stored: pipeline.landed });
  };
  for (const batch of inBatches(generateHistory(options))) {
    seen += batch.length;
    if (seen <= state.stored) pipeline.skip(batch.length);
    else await pipeline.run(batch.length, () => send(ports, batch));
    await note();
  }
  await pipeline.finish();
  const finished = { ...state, stored: seen, finished: true };
  await writeSetting(ports.db, settingName, finished);
  return finished;
}

/** Keeps some batches in flight, and knows how much has landed without a gap: what a later run may skip. */
class Pipeline {
  readonly #limit: number;
  readonly #flight: { size: number; done: Promise<unknown> }[] = [];
  landed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  skip(size: number): void {
    this.landed += size;
  }

  async run(size: number, start: () => Promise<unknown>): Promise<void> {
    if (this.#flight.length >= this.#limit) await this.#land();
    const done = start();
    done.catch(() => {}); // seen when its turn to land comes
    this.#flight.push({ size, done });
  }

  async finish(): Promise<void> {
    while (this.#flight.length > 0) await this.#land();
  }

  async #land(): Promise<void> {
    const oldest = this.#flight.shift();
    await oldest?.done;
    this.landed += oldest?.size ?? 0;
  }
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
