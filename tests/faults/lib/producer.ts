import type { Rng } from '../../../packages/gateway/src/demo/generator/rng.ts';
import { type Client, NoAnswer } from './client.ts';
import { type Item, idOf, isBad, wireOf } from './events.ts';
import { sleep } from './time.ts';
import type { Status, Truth } from './truth.ts';

/** An operator's system that sends, and sends again whatever was not answered by a 2xx. */

export type Stats = {
  /** Answers by status, and requests without one by what the socket said. */
  seen: Map<string, number>;
  /** Milliseconds that answered requests took. */
  latencies: number[];
  /** Requests that were never answered, for as long as the producer asked. */
  unanswered: number;
};

export const noStats = (): Stats => ({ seen: new Map(), latencies: [], unanswered: 0 });

export const seenText = ({ seen }: Stats): string =>
  [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${what} × ${times}`)
    .join(', ');

export type Sending = {
  client: Client;
  truth: Truth;
  stats: Stats;
  /** Where to send; each try picks one. */
  urls: readonly string[];
  rng: Rng;
  timeoutMs?: number;
  /** How long to go on asking for one answer. */
  patienceMs?: number;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const statuses = ['accepted', 'duplicate', 'conflict', 'rejected'] as const;
const statusOf = (value: unknown): Status | undefined => statuses.find((status) => status === value);

/** Sends these until they are answered by what counts as an answer; tells the truth of each. False: they never were. */
export async function sendUntilAnswered(items: readonly Item[], with_: Sending): Promise<boolean> {
  const { client, truth, stats, urls, rng, timeoutMs = 5000, patienceMs = 120_000 } = with_;
  const { world } = truth;
  const wires = items.map((item) => wireOf(world, item));
  const [first] = wires;
  const alone = items.length === 1 && rng.chance(0.7);
  const body = JSON.stringify(alone ? first : { events: wires });
  const end = performance.now() + patienceMs;
  for (let tried = 1; ; tried += 1) {
    for (const item of items) truth.sending(item);
    const began = performance.now();
    let retryAfter = 0;
    try {
      const url = urls[Math.floor(rng.next() * urls.length)] ?? '';
      const answer = await client.post(`${url}/v1/events`, body, timeoutMs);
      count(stats, String(answer.status));
      stats.latencies.push(performance.now() - began);
      if (answer.status === 200) {
        readResults(items, answer.body, truth);
        return true;
      }
      if (alone && (answer.status === 409 || answer.status === 422)) {
        const [item] = items;
        if (item !== undefined) truth.answered(item, answer.status === 409 ? 'conflict' : 'rejected');
        return true;
      }
      if (answer.status < 429) {
        truth.report(`refused whole by ${answer.status}`, items[0]?.n ?? -1);
        return true;
      }
      retryAfter = Number(answer.retryAfter ?? 0) * 1000;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      count(stats, error.code);
    }
    if (performance.now() > end) {
      stats.unanswered += 1;
      return false;
    }
    // Full jitter, as the SDK has it, on a shorter scale.
    await sleep(Math.max(Math.min(retryAfter, 2000), 100 * 2 ** Math.min(tried, 4)) * rng.between(0.2, 1));
  }
}

const count = ({ seen }: Stats, what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);

/** Promise 3: one result an item, in order, by its id, and the sums are theirs. */
function readResults(items: readonly Item[], body: unknown, truth: Truth): void {
  const results = isObject(body) && Array.isArray(body.results) ? body.results : [];
  const told = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  if (results.length !== items.length)
    truth.report(`answered ${results.length} of ${items.length} items`, items[0]?.n ?? -1);
  for (const [index, item] of items.entries()) {
    const result: unknown = results[index];
    const status = isObject(result) ? statusOf(result.status) : undefined;
    if (!isObject(result) || status === undefined || result.index !== index) {
      truth.report('an item without an answer of its own', item.n);
      continue;
    }
    if (result.id !== idOf(truth.world, item.n)) truth.report('answered under another id', item.n);
    const explained =
      status !== 'rejected' || (typeof result.code === 'string' && Array.isArray(result.errors));
    if (!explained) truth.report('rejected without a reason', item.n);
    told[status] += 1;
    truth.answered(item, status);
  }
  if (!isObject(body)) return;
  const sums = [body.accepted, body.duplicates, body.conflicts, body.rejected];
  if (sums.join() !== [told.accepted, told.duplicate, told.conflict, told.rejected].join())
    truth.report('the sums of an answer are not those of its items', items[0]?.n ?? -1);
}

/** Singles, small and large batches, with repetitions and rivals of what was sent lately by anybody. */
export function drawItems(truth: Truth, rng: Rng): Item[] {
  const kind = rng.weighted([40, 50, 10]);
  const size = kind === 0 ? 1 : kind === 1 ? rng.int(2, 40) : rng.int(41, 500);
  return Array.from({ length: size }, () => {
    const recent = truth.size - rng.int(1, 2000);
    const draw = rng.next();
    if (recent < 0 || draw > 0.12) return { n: truth.take(), rival: false };
    if (draw > 0.04 || isBad(truth.world, recent)) return { n: recent, rival: false };
    return { n: recent, rival: true };
  });
}

/** Sends drawn batches until told to stop, with a pause between them. */
export async function produce(sending: Sending, pauseMs: number, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    await sendUntilAnswered(drawItems(sending.truth, sending.rng), sending);
    await sleep(sending.rng.exponential(pauseMs));
  }
}
