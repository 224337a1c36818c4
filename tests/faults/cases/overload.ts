import { type Answer, Client, NoAnswer } from '../lib/client.ts';
import { eventOf, type Item, isBad } from '../lib/events.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator, type Operator } from '../lib/operator.ts';
import { noStats, sendUntilAnswered } from '../lib/producer.ts';
import type { Case, Run } from '../lib/run.ts';
import { quantile, sleep } from '../lib/time.ts';
import type { Violation } from '../lib/truth.ts';
import { verifyDatabase } from '../lib/verify.ts';

/** Together more than the 50,000 events that may wait. */
const senders = 150;
const batch = 400;
/** A refusal costs nothing and is quick; this is for a machine of two busy cores that also runs the senders. */
const quickMs = 5000;
/** Beyond what the gateway held before: room for what waits (50,000 events) and for the bodies that are being read. */
const roomMb = 700;

/** Promise 7, second half: PostgreSQL hangs and requests go on: refusals with Retry-After, bounded memory, recovery alone. */
export const overload: Case = {
  name: 'overload',
  about: 'promise 7: PostgreSQL stands still while a flood comes',
  async run(run) {
    const operator = await makeOperator(run, 'overload');
    const sound = await flood(run, operator, []);
    run.say(sound.told);
    run.check(sound.stood > 0, `fault: ${sound.stood} processes of PostgreSQL stood still (state T)`);
    run.clean(
      `refused by 429 or 503, each with Retry-After, half within ${quickMs} ms; memory within ${roomMb} MB; then everything was taken`,
      sound.violations,
    );
    const { violations, stored } = await verifyDatabase(operator.url, operator);
    run.clean(`what was acked is stored once (${stored})`, [...operator.truth.violations, ...violations]);

    const blunt = await flood(run, await makeOperator(run, 'blunt'), ['slow-refusals']);
    run.teeth(
      'a gateway that refuses late and without Retry-After',
      blunt.violations,
      /Retry-After|refused late/,
    );
  },
};

type Outcome = { violations: Violation[]; stood: number; told: string };

async function flood(run: Run, operator: Operator, broken: string[]): Promise<Outcome> {
  const { truth } = operator;
  const folder = `${run.options.folder}/${truth.world.prefix}`;
  const gateway = await Gateway.start({ databaseUrl: operator.url, folder, broken });
  const client = new Client(operator.secretKey, senders);
  const violations: Violation[] = [];
  const report = (kind: string, about: string) => violations.push({ kind, about });
  const refusals: number[] = [];
  const seen = new Map<string, number>();
  const stallMs = broken.length > 0 ? 3000 : run.options.short ? 5000 : 30_000;
  try {
    // As a gateway is that has been at work: it knows its operator and has the partitions that it needs.
    const first = Array.from({ length: 300 }, () => ({ n: truth.take(), rival: false }));
    await sendUntilAnswered(first, { client, truth, stats: noStats(), urls: [gateway.url], rng: run.rng(1) });
    const before = gateway.rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, gateway.rss);
    }, 100);
    const stood = (await run.cluster.stall()).length;
    const stalledAt = performance.now();
    const resumed = sleep(stallMs).then(() => run.cluster.resume());
    const giveUp = stalledAt + stallMs + 60_000;
    await Promise.all(
      Array.from({ length: senders }, async (_, number) => {
        const rng = run.rng(2, number);
        const items = goodItems(operator, batch);
        const body = JSON.stringify({ events: items.map((item) => eventOf(truth.world, item)) });
        for (;;) {
          for (const item of items) truth.sending(item);
          const began = performance.now();
          const answer = await client
            .post(`${gateway.url}/v1/events`, body, stallMs + 60_000)
            .catch(asNoAnswer);
          const tookMs = performance.now() - began;
          const what = answer instanceof NoAnswer ? answer.code : String(answer.status);
          seen.set(what, (seen.get(what) ?? 0) + 1);
          if (answer instanceof NoAnswer) report(`no answer: ${answer.code}`, `sender ${number}`);
          else if (answer.status === 200) {
            for (const [index, item] of items.entries()) truth.answered(item, statusAt(answer, index));
            return;
          } else {
            if (began < stalledAt + stallMs) refusals.push(tookMs);
            if (answer.status !== 429 && answer.status !== 503)
              report(`answered ${what}`, `sender ${number}`);
            else if (!(Number(answer.retryAfter) > 0))
              report(`${what} without Retry-After`, `sender ${number}`);
          }
          if (performance.now() > giveUp)
            return void report('not taken a minute after the stall', `sender ${number}`);
          await sleep(rng.between(200, 1000));
        }
      }),
    );
    const recoveredMs = performance.now() - stalledAt - stallMs;
    await resumed;
    clearInterval(watch);
    const p50 = quantile(refusals, 0.5);
    if (refusals.length === 0) report('nothing was refused', 'the flood');
    if (p50 > quickMs) report(`refused late: half took ${p50.toFixed(0)} ms`, 'the flood');
    if (peak - before > roomMb) report(`took ${(peak - before).toFixed(0)} MB`, 'the gateway');
    if (gateway.died.length > 0) report(`the gateway ended by itself: ${gateway.died[0]}`, 'the gateway');
    const answers = [...seen].map(([what, times]) => `${what} × ${times}`).join(', ');
    const told =
      `${senders} clients × ${batch} events, stalled ${stallMs} ms: ${answers}; refusals p50 ${p50.toFixed(0)} ms, ` +
      `p99 ${quantile(refusals, 0.99).toFixed(0)} ms; memory ${before.toFixed(0)} → ${peak.toFixed(0)} MB; all taken ${recoveredMs.toFixed(0)} ms after it went on`;
    return { violations, stood, told };
  } finally {
    run.cluster.resume();
    client.close();
    await gateway.stop();
  }
}

function goodItems({ truth }: Operator, count: number): Item[] {
  const items: Item[] = [];
  while (items.length < count) {
    const n = truth.take();
    if (!isBad(truth.world, n)) items.push({ n, rival: false });
  }
  return items;
}

const asNoAnswer = (error: unknown): NoAnswer => {
  if (error instanceof NoAnswer) return error;
  throw error;
};

function statusAt({ body }: Answer, index: number): 'accepted' | 'duplicate' | 'conflict' | 'rejected' {
  if (typeof body !== 'object' || body === null || !('results' in body) || !Array.isArray(body.results))
    return 'rejected';
  const status: unknown = body.results[index]?.status;
  return status === 'accepted' || status === 'duplicate' || status === 'conflict' ? status : 'rejected';
}
