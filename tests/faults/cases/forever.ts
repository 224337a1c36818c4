import { Client } from '../lib/client.ts';
import { eventOf, type Item, isBad } from '../lib/events.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator } from '../lib/operator.ts';
import { noStats, sendUntilAnswered } from '../lib/producer.ts';
import type { Case } from '../lib/run.ts';
import { verifyDatabase } from '../lib/verify.ts';
import { tamper } from './tamper.ts';

/** Promise 2: a duplicate is refused for ever: any order, any gateway, years apart; another body under the id is a conflict. */
export const forever: Case = {
  name: 'forever',
  about: 'promise 2: duplicates by other gateways, after kills, in other spellings, years later',
  async run(run) {
    const operator = await makeOperator(run, 'forever');
    const { truth } = operator;
    const start = (name: string, broken: string[] = []) =>
      Gateway.start({ databaseUrl: operator.url, folder: `${run.options.folder}/${name}`, broken });
    const client = new Client(operator.secretKey);
    const rng = run.rng(1);
    const sendTo = async (gateway: Gateway, items: Item[]) => {
      const before = { ...truth.counts };
      await sendUntilAnswered(items, { client, truth, stats: noStats(), urls: [gateway.url], rng });
      const now = truth.counts;
      return {
        accepted: now.accepted - before.accepted,
        duplicate: now.duplicate - before.duplicate,
        conflict: now.conflict - before.conflict,
        rejected: now.rejected - before.rejected,
      };
    };
    const first = Array.from({ length: 300 }, () => ({ n: truth.take(), rival: false })).filter(
      ({ n }) => !isBad(truth.world, n),
    );
    const rivals = first.map(({ n }) => ({ n, rival: true }));
    const size = first.length;
    const gateways: Gateway[] = [];
    try {
      const [a, b] = await Promise.all([start('a'), start('b')]);
      gateways.push(a, b);
      await sendTo(a, first);
      await a.kill();
      await a.start();
      const elsewhere = await sendTo(b, first.toReversed());
      run.check(elsewhere.duplicate === size, 'by another gateway, the other way round: all duplicates');
      run.check((await sendTo(a, first)).duplicate === size, 'by the first, after kill -9: all duplicates');
      const conflicts = (await sendTo(b, rivals)).conflict + (await sendTo(a, rivals)).conflict;
      run.check(conflicts === 2 * size, 'with another time or amount: all conflicts, by both');
      const spellings = first.slice(0, 50).map((item) => ({
        ...eventOf(truth.world, item),
        time: new Date(eventOf(truth.world, item).time).toISOString(),
      }));
      const answer = await client.post(`${b.url}/v1/events`, JSON.stringify({ events: spellings }));
      run.check(
        JSON.stringify(answer.body).includes('"duplicates":50'),
        'in another spelling of the time: duplicates',
      );
      const { violations } = await verifyDatabase(operator.url, operator);
      run.clean('every answer is true', truth.violations);
      run.clean('each is stored once, as it first came', violations);

      await tamper(run, operator);

      // What the ledger is for: without it the same event is new.
      const [one] = first;
      await run.cluster.run('DELETE FROM crmbet.event_ids', operator.database);
      if (one !== undefined) await sendTo(a, [one, one]);
      run.teeth('the ledger emptied', truth.violations, /^accepted twice$/);
      truth.violations.length = 0;

      const late = await start('late', ['years-ahead']);
      gateways.push(late);
      const future = { ...eventOf(truth.world, { n: truth.take(), rival: false }), id: 'future' };
      future.time = new Date(Date.now() + 2 * 365 * 86_400_000).toISOString();
      const ahead = await client.post(`${late.url}/v1/events`, JSON.stringify(future));
      run.check(
        ahead.status === 200,
        'fault: the clock of a third gateway runs years ahead: it takes an event of then',
      );
      const again = one === undefined ? undefined : await sendTo(late, [one, { ...one, rival: true }]);
      run.check(
        again?.accepted === 0,
        `three years later the same event, and another under its id, are not new: ${JSON.stringify(again)}`,
      );
    } finally {
      client.close();
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    }
  },
};
