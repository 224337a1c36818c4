import { Client } from '../lib/client.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator } from '../lib/operator.ts';
import { noStats, produce } from '../lib/producer.ts';
import type { Case } from '../lib/run.ts';
import { sleep } from '../lib/time.ts';
import { verifyDatabase } from '../lib/verify.ts';

/**
 * The teeth of promise 1 on a live system: a PostgreSQL that answers a commit before it is on disk, turned so behind the back of
 * a gateway that runs (which refuses to start on one), forgets acked events when it is killed.
 */
export const forgetful: Case = {
  name: 'forgetful',
  about: 'teeth of promise 1: a database that confirms what is not on disk, killed',
  async run(run) {
    const { cluster } = run;
    const operator = await makeOperator(run, 'forgetful');
    const { truth } = operator;
    const gateway = await Gateway.start({
      databaseUrl: operator.url,
      folder: `${run.options.folder}/forgetful`,
    });
    const client = new Client(operator.secretKey);
    // What is committed without waiting is written within these ten seconds, the longest that can be set.
    await cluster.run('ALTER SYSTEM SET wal_writer_delay = 10000');
    await cluster.run(`ALTER SYSTEM SET wal_writer_flush_after = '1GB'`);
    await cluster.run(`ALTER DATABASE ${operator.database} SET synchronous_commit = off`);
    try {
      // Connections from now on are the forgetful ones.
      await cluster.kill();
      await cluster.start();
      let goesOn = true;
      const sending = { client, truth, stats: noStats(), urls: [gateway.url] };
      const all = Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          produce({ ...sending, rng: run.rng(1, index) }, 30, () => goesOn),
        ),
      );
      await sleep(2500);
      await cluster.kill();
      await cluster.start();
      goesOn = false;
      await all;
      const { violations } = await verifyDatabase(operator.url, operator);
      run.teeth(
        'PostgreSQL with synchronous_commit=off, killed',
        [...truth.violations, ...violations],
        /^acked but not stored$/,
      );
    } finally {
      await cluster.run('ALTER SYSTEM RESET ALL');
      client.close();
      await gateway.stop();
    }
  },
};
