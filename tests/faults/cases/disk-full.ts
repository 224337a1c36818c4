import { join } from 'node:path';
import { Client } from '../lib/client.ts';
import { Cluster } from '../lib/cluster.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator } from '../lib/operator.ts';
import { drawItems, noStats, produce, seenText, sendUntilAnswered } from '../lib/producer.ts';
import type { Case } from '../lib/run.ts';
import { SmallDisk } from '../lib/small-disk.ts';
import { sleep, until } from '../lib/time.ts';
import { verifyDatabase } from '../lib/verify.ts';
import { lie } from './lie.ts';

/** Promise 1 when the disk is full: nothing is acked that is not kept, and with room again everything goes on. */
export const diskFull: Case = {
  name: 'disk-full',
  about: 'promise 1: PostgreSQL\u2019s disk fills up under load, and is given room again',
  async run(run) {
    const disk = await SmallDisk.mount(join(run.options.folder, 'disk'), 200);
    let cluster: Cluster | undefined;
    let gateway: Gateway | undefined;
    try {
      cluster = await Cluster.make(join(disk.path, 'cluster'), {
        max_wal_size: '64MB',
        min_wal_size: '32MB',
        shared_buffers: '32MB',
        checkpoint_timeout: '30s',
      });
      const full = cluster;
      const operator = await makeOperator(run, 'full', full);
      const { truth } = operator;
      gateway = await Gateway.start({ databaseUrl: operator.url, folder: join(run.options.folder, 'full') });
      const client = new Client(operator.secretKey);
      const stats = noStats();
      const urls = [gateway.url];
      let goesOn = true;
      const producing = Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          produce({ client, truth, stats, urls, rng: run.rng(1, index) }, 50, () => goesOn),
        ),
      );
      await sleep(1500);
      const ackedBefore = truth.counts.accepted;
      // Less than a segment of the write-ahead log.
      await disk.fill(2);
      const complains = () => full.log().includes('No space left on device');
      const complained = await until(complains, 30_000);
      // The server may end for good when its log cannot be written: somebody starts it again, in vain while it is full.
      await sleep(3000);
      const survived = full.running;
      const refused = new Map(stats.seen);
      const lost = await lie(operator, run.rng(3), 400);
      await disk.makeRoom();
      if (!full.running) await full.start();
      goesOn = false;
      await producing;
      const after = noStats();
      const again = await sendUntilAnswered(drawItems(truth, run.rng(2)), {
        client,
        truth,
        stats: after,
        urls,
        rng: run.rng(2),
      });
      client.close();
      run.say(
        `${truth.size} ids, ${ackedBefore} accepted before it was full; requests: ${seenText(stats)}; PostgreSQL ${survived ? 'stayed up' : 'ended, and was started again'}`,
      );
      run.check(complained, 'fault: PostgreSQL said "No space left on device"');
      run.check((refused.get('503') ?? 0) > 0, 'the gateway answered 503 while it was full');
      run.check(!stats.seen.has('500'), 'and never 500');
      run.check(again && gateway.died.length === 0, 'with room again the same gateway took events');
      run.clean('every answer is true', truth.violations);
      const { violations, stored } = await verifyDatabase(operator.url, operator);
      run.clean(`what was acked is stored once, and nothing else is (${stored})`, violations);

      for (const item of lost) truth.answered(item, 'accepted');
      const lied = await verifyDatabase(operator.url, operator);
      run.teeth(
        'a proxy that answered for what it dropped while it was full',
        lied.violations,
        /^acked but not stored$/,
      );
    } finally {
      await gateway?.stop();
      await cluster?.stop();
      await disk.unmount();
    }
  },
};
