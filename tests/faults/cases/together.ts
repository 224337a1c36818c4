import { connect } from '../../../packages/gateway/src/db/database.ts';
import { Client } from '../lib/client.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator, type Operator } from '../lib/operator.ts';
import { noStats, produce, seenText } from '../lib/producer.ts';
import type { Case, Run } from '../lib/run.ts';
import type { Violation } from '../lib/truth.ts';
import { verifyDatabase } from '../lib/verify.ts';

/**
 * Promise 4: the ledger, the event and all that follows from it commit together or not at all. Transactions are ended in the
 * middle, by triggers on every table that they write: an error, a connection cut off, a failure at the very commit.
 */
export const together: Case = {
  name: 'together',
  about: 'promise 4: transactions that break in the middle, and at their commit',
  async run(run) {
    const sound = await makeOperator(run, 'together');
    const whole = await sendThroughFailures(run, sound, []);
    run.say(`${sound.truth.size} ids; requests: ${whole.requests}`);
    run.check(
      whole.hits.every(([, times]) => times > 0),
      `fault: transactions were broken: ${whole.hits.map(([what, times]) => `${what} ${times} times`).join(', ')}`,
    );
    run.clean('what was acked is there whole, what was not is not there at all', whole.violations);

    const split = await makeOperator(run, 'apart');
    const apart = await sendThroughFailures(run, split, ['no-transactions']);
    run.teeth(
      'a gateway that commits statement by statement',
      apart.violations,
      /^acked but not stored$|differ|without/,
    );
  },
};

const ways = ['error', 'cut', 'commit'] as const;

/** Statement triggers after each write, and one that waits for the commit. A sequence counts, because no rollback undoes it. */
function failpoints(seed: number): string {
  const counters = ways.map((way) => `CREATE SEQUENCE faults.${way}_hits;`).join('\n');
  return `
    CREATE SCHEMA faults;
    CREATE SEQUENCE faults.calls;
    ${counters}
    CREATE FUNCTION faults.draw() RETURNS integer LANGUAGE sql VOLATILE
      RETURN (hashint8(nextval('faults.calls') + ${seed}) & 1023);
    CREATE FUNCTION faults.break() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE draw integer := faults.draw();
    BEGIN
      IF draw < 10 THEN
        PERFORM nextval('faults.error_hits');
        RAISE EXCEPTION 'broken on purpose' USING ERRCODE = CASE WHEN draw < 5 THEN '40001' ELSE '57P01' END;
      ELSIF draw < 20 THEN
        PERFORM nextval('faults.cut_hits');
        PERFORM pg_terminate_backend(pg_backend_pid());
        PERFORM pg_sleep(1);
      END IF;
      RETURN NULL;
    END $$;
    CREATE FUNCTION faults.break_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF faults.draw() < 2 THEN
        PERFORM nextval('faults.commit_hits');
        RAISE EXCEPTION 'broken at the commit on purpose' USING ERRCODE = '57P01';
      END IF;
      RETURN NULL;
    END $$;
    DO $$
    DECLARE written regclass;
    BEGIN
      FOR written IN
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'player_id'
        WHERE n.nspname = 'crmbet' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      LOOP
        EXECUTE format('CREATE TRIGGER break AFTER INSERT OR UPDATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION faults.break()', written);
      END LOOP;
    END $$;
    CREATE CONSTRAINT TRIGGER break_commit AFTER INSERT OR UPDATE ON crmbet.player_state
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults.break_commit();`;
}

type Outcome = { violations: Violation[]; hits: (readonly [string, number])[]; requests: string };

async function sendThroughFailures(run: Run, operator: Operator, broken: string[]): Promise<Outcome> {
  const { truth, url } = operator;
  const gateway = await Gateway.start({
    databaseUrl: url,
    folder: `${run.options.folder}/${truth.world.prefix}`,
    broken,
  });
  const client = new Client(operator.secretKey);
  const stats = noStats();
  await run.cluster.run(failpoints(run.seed), operator.database);
  try {
    const end = performance.now() + (run.options.short ? 3000 : 30_000);
    const sending = { client, truth, stats, urls: [gateway.url], timeoutMs: 20_000 };
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        produce({ ...sending, rng: run.rng(1, index) }, 50, () => performance.now() < end),
      ),
    );
    const { violations } = await verifyDatabase(url, operator);
    run.check(gateway.died.length === 0, `the gateway did not end by itself ${gateway.died[0] ?? ''}`);
    const hits = await readHits(url);
    return { violations: [...truth.violations, ...violations], hits, requests: seenText(stats) };
  } finally {
    client.close();
    await gateway.stop();
  }
}

async function readHits(url: string): Promise<(readonly [string, number])[]> {
  const db = connect(url, { max: 1 });
  try {
    const rows = await db.sql<{ way: string; hits: bigint }[]>`
      SELECT sequencename AS way, coalesce(last_value, 0) AS hits FROM pg_sequences
      WHERE schemaname = 'faults' AND sequencename <> 'calls' ORDER BY way`;
    return rows.map(({ way, hits }) => [way.replace('_hits', ''), Number(hits)] as const);
  } finally {
    await db.close();
  }
}
