import { Client, NoAnswer } from '../lib/client.ts';
import { type Item, wireOf } from '../lib/events.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator, type Operator } from '../lib/operator.ts';
import type { Case, Run } from '../lib/run.ts';
import { sleep } from '../lib/time.ts';
import type { Violation } from '../lib/truth.ts';
import { verifyDatabase } from '../lib/verify.ts';

const clients = 32;

/** Promise 7, first half: SIGTERM in the middle of a load resets no connection and loses no ack. */
export const drain: Case = {
  name: 'drain',
  about: 'promise 7: SIGTERM under load, clients that keep their connections and do not try again',
  async run(run) {
    const rounds = run.options.short ? 2 : 20;
    const operator = await makeOperator(run, 'drain');
    const sound = await terminateUnderLoad(run, operator, rounds, []);
    run.say(`${operator.truth.counts.accepted} events accepted; after SIGTERM: ${sound.after.join(', ')} ms`);
    run.check(
      sound.inFlight.every((count) => count > 0),
      `fault: SIGTERM came while ${sound.inFlight.join(', ')} requests were being answered`,
    );
    run.clean('no connection was reset, each life ended with 0', sound.violations);
    const { violations } = await verifyDatabase(operator.url, operator);
    run.clean('what was acked is stored, once', [...operator.truth.violations, ...violations]);

    const hasty = await terminateUnderLoad(run, await makeOperator(run, 'hasty'), 1, ['hasty-exit']);
    run.teeth('a gateway that ends at once', hasty.violations, /^reset/);
  },
};

type Outcome = { violations: Violation[]; inFlight: number[]; after: number[] };

async function terminateUnderLoad(
  run: Run,
  operator: Operator,
  rounds: number,
  broken: string[],
): Promise<Outcome> {
  const { truth } = operator;
  const outcome: Outcome = { violations: [], inFlight: [], after: [] };
  const report = (kind: string, about: string) => outcome.violations.push({ kind, about });
  const folder = `${run.options.folder}/${truth.world.prefix}`;
  const gateway = await Gateway.start({ databaseUrl: operator.url, folder, broken });
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await gateway.start();
      let inFlight = 0;
      const load = Array.from({ length: clients }, async (_, number) => {
        const rng = run.rng(round, number);
        // Each its own connection, which it keeps.
        const client = new Client(operator.secretKey, 1);
        for (;;) {
          const items: Item[] = Array.from({ length: rng.int(1, 8) }, () => ({
            n: truth.take(),
            rival: false,
          }));
          for (const item of items) truth.sending(item);
          inFlight += 1;
          const outcomeOf = await client
            .post(
              `${gateway.url}/v1/events`,
              JSON.stringify({ events: items.map((item) => wireOf(truth.world, item)) }),
              20_000,
            )
            .catch((error: unknown) => error)
            .finally(() => {
              inFlight -= 1;
            });
          if (outcomeOf instanceof NoAnswer) {
            if (outcomeOf.sent) report(`reset: ${outcomeOf.code}`, `client ${number} of round ${round}`);
            break;
          }
          if (outcomeOf instanceof Error) throw outcomeOf;
          if (!isTaken(outcomeOf)) break;
          for (const [index, status] of outcomeOf.body.results.entries()) {
            const item = items[index];
            if (item !== undefined) truth.answered(item, status.status);
          }
          // Some keep their connection busy, some let it rest.
          if (number % 2 === 0) await sleep(rng.between(0, 30));
        }
        client.close();
      });
      await sleep(400 + run.rng(round).between(0, 600));
      outcome.inFlight.push(inFlight);
      const began = performance.now();
      const exit = await gateway.terminate();
      outcome.after.push(Math.round(performance.now() - began));
      if (exit.code !== 0) report(`ended with ${JSON.stringify(exit)}`, `round ${round}`);
      await Promise.all(load);
    }
    return outcome;
  } finally {
    await gateway.stop();
  }
}

type Taken = { body: { results: { status: 'accepted' | 'duplicate' | 'conflict' | 'rejected' }[] } };

const isTaken = (answer: unknown): answer is Taken =>
  typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 200;
