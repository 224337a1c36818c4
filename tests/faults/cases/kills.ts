import { breakThings } from '../lib/break-things.ts';
import { Client } from '../lib/client.ts';
import { verifyDeadLetters } from '../lib/dead-letters.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator } from '../lib/operator.ts';
import { runs } from '../lib/processes.ts';
import { noStats, produce, seenText } from '../lib/producer.ts';
import type { Case } from '../lib/run.ts';
import { quantile } from '../lib/time.ts';
import { verifyDatabase } from '../lib/verify.ts';
import { tamper } from './tamper.ts';

const producers = 32;

/** Promises 1, 2 and 3 at once: producers that send anything, again and again, while everything is killed at random. */
export const kills: Case = {
  name: 'kills',
  about: 'promises 1, 2, 3: 32 producers; gateways and PostgreSQL killed at random',
  async run(run) {
    const operator = await makeOperator(run, 'kills');
    const { truth } = operator;
    const start = (name: string, workers: number) =>
      Gateway.start({
        databaseUrl: operator.url,
        folder: `${run.options.folder}/${name}`,
        workers,
        env: { CRMBET_MAX_DEAD_LETTERS: '1000000' },
      });
    const gateways = await Promise.all([start('one', 1), start('several', 2)]);
    const client = new Client(operator.secretKey, 2 * producers);
    const stats = noStats();
    const end = performance.now() + run.options.seconds * 1000;
    const timeoutMs = run.options.short ? 2500 : 5000;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, ...gateways.map((gateway) => gateway.rss));
    }, 500);
    try {
      const urls = gateways.map(({ url }) => url);
      const sending = Array.from({ length: producers }, (_, index) =>
        produce(
          { client, truth, stats, urls, timeoutMs, rng: run.rng(1, index) },
          run.options.short ? 250 : 500,
          () => performance.now() < end,
        ),
      );
      const done = await breakThings(run, gateways, end);
      await Promise.all(sending);

      run.say(
        `${truth.size} ids; answers ${JSON.stringify(truth.counts)}; requests: ${seenText(stats)}; ` +
          `p50 ${quantile(stats.latencies, 0.5).toFixed(0)} ms, p99 ${quantile(stats.latencies, 0.99).toFixed(0)} ms; peak ${peak.toFixed(0)} MB a gateway`,
      );
      const killed = gateways.flatMap((gateway) => gateway.killed);
      run.check(
        killed.length === done.gatewayPids.length &&
          killed.every(({ signal }) => signal === 'SIGKILL') &&
          done.gatewayPids.every((pid) => !runs(pid)) &&
          killed.length >= 2,
        `fault: ${killed.length} gateways ended by SIGKILL, their pids are gone`,
      );
      run.check(
        run.cluster.recoveries() - done.recoveriesBefore === done.postgresKills &&
          done.postgresKills >= 1 &&
          done.postgresPids.every((pid) => !runs(pid)),
        `fault: PostgreSQL killed ${done.postgresKills} times (${done.postgresPids.length} processes); its log tells of as many crash recoveries`,
      );
      run.check(
        done.workerPids.length > 0 && done.workerPids.every((pid) => !runs(pid)),
        `fault: ${done.workerPids.length} workers of \`serve --workers 2\` ended by SIGKILL`,
      );
      run.check(done.frozen, 'fault: a gateway stood still past its clients\u2019 patience, and went on');
      run.check(stats.unanswered === 0, 'every request was answered in the end');
      run.check(
        gateways.every(({ died }) => died.length === 0),
        `no gateway ended by itself ${gateways.flatMap(({ died }) => died).join('; ')}`,
      );
      run.check(!stats.seen.has('500'), 'no answer was a 500');
      const { violations, stored } = await verifyDatabase(operator.url, operator);
      run.clean('every answer is true of what was sent before it', truth.violations);
      run.clean(
        `every acked event is stored once (${stored} of ${truth.size} ids), nothing else is, every counter is the fold`,
        violations,
      );
      const { accepted, duplicate, conflict, rejected } = truth.counts;
      run.check(
        Math.min(accepted, duplicate, conflict, rejected) > 0,
        'events were accepted, repeated, in conflict and rejected',
      );
      if (!run.options.short) await tamper(run, operator);
      const kept = await verifyDeadLetters(urls[0] ?? '', client, operator);
      run.clean(
        `every rejected item and every conflict is a dead letter with its reason (${kept.letters})`,
        kept.violations,
      );
      await run.cluster.run(
        `DELETE FROM crmbet.dead_letters WHERE id IN (SELECT id FROM crmbet.dead_letters WHERE kind = 'rejected' LIMIT 1)`,
        operator.database,
      );
      const lost = await verifyDeadLetters(urls[0] ?? '', client, operator);
      run.teeth('one dead letter deleted', lost.violations, /^rejected and not kept$/);
    } finally {
      clearInterval(watch);
      client.close();
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    }
  },
};
