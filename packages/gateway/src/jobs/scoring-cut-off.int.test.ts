import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { anEvent, createTestGateway, startServices, type TestGateway } from '../testing/test-gateway.ts';
import { sliceSize } from './score-slice.ts';

/** Three slices and a bit. */
const players = 3 * sliceSize + 100;
const features = ['deposits_amount_30d'];

let gateway: TestGateway;
let modelId: string;

beforeAll(async () => {
  gateway = await createTestGateway();
  for (let from = 0; from < players; from += 500) {
    const events = Array.from({ length: Math.min(500, players - from) }, (_, n) =>
      anEvent({ player: `p${from + n}`, data: { amount: n % 5 === 0 ? 900_000 : 1000, currency: 'BRL' } }),
    );
    await gateway.client().events.send(events, { replay: true });
  }
  const model = await gateway.client().models.create({ name: 'large', k: 2, features });
  await gateway.client().jobs.wait(model.job, { pollMs: 50 });
  modelId = model.id;
  await eventually(async () => expect(await countOn(gateway.running.db.sql)).toBe(players), 60_000);
}, 120_000);
afterAll(() => gateway.stop());

/** How many have a score of today. */
async function countOn(sql: postgres.Sql<{ bigint: bigint }>): Promise<number> {
  const [row] = await sql<
    { n: bigint }[]
  >`SELECT count(*) AS n FROM crmbet.player_scores WHERE day > '2020-01-01'`;
  return Number(row?.n);
}

/** Everybody's score is of long ago. */
const age = async (sql: postgres.Sql<{ bigint: bigint }>) => {
  await sql`UPDATE crmbet.player_scores SET day = '2020-01-01'`;
};

/** Keeps a player of the second slice from being written, so that a scoring stands between the two for as long as is wanted. */
async function holdSecondSlice(url: string): Promise<() => Promise<void>> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await new Promise<void>((resolve, reject) => {
    client
      .begin(async (tx) => {
        // Its row alone: of a limit with an offset the rows before would be locked as well.
        const [one] = await tx<{ id: string }[]>`
          SELECT player_id AS id FROM crmbet.player_scores ORDER BY player_id LIMIT 1 OFFSET ${sliceSize + 10}`;
        await tx`SELECT 1 FROM crmbet.player_scores WHERE player_id = ${one?.id ?? ''}::uuid FOR UPDATE`;
        resolve();
        await held;
      })
      .catch(reject);
  });
  return async () => {
    release();
    await client.end({ timeout: 5 });
  };
}

const jobsOf = async (sql: postgres.Sql<{ bigint: bigint }>) =>
  await sql<{ id: string; state: string; progress: number }[]>`
    SELECT id, state, progress FROM crmbet.jobs WHERE kind = 'score_players' ORDER BY created_at DESC`;

describe('a scoring that is cancelled', () => {
  it('stops between two slices, keeps what it has scored, and begins again when it is asked for', async () => {
    const { sql } = gateway.running.db;
    const client = gateway.client();
    await age(sql);
    const release = await holdSecondSlice(gateway.databaseUrl);
    await gateway.running.scoreKeeper.sweep();
    await gateway.running.scoreKeeper.settle();
    await eventually(async () => expect(await countOn(sql)).toBe(sliceSize));
    const [job] = await jobsOf(sql);
    expect(await client.jobs.get(job?.id ?? '')).toMatchObject({
      kind: 'score_players',
      state: 'running',
      model: modelId,
    });
    expect(await client.jobs.cancel(job?.id ?? '')).toMatchObject({ state: 'cancelled' });
    await release();
    // The slice that was under way may still come in; the third never does.
    await new Promise((next) => setTimeout(next, 1500));
    expect(await countOn(sql)).toBeLessThanOrEqual(2 * sliceSize);
    expect((await client.jobs.get(job?.id ?? '')).state).toBe('cancelled');

    // Whoever cancelled it meant it: a sweep does not begin it again at once.
    await gateway.running.scoreKeeper.sweep();
    await gateway.running.scoreKeeper.settle();
    expect((await jobsOf(sql))[0]?.id).toBe(job?.id);
    expect((await gateway.request(`/v1/models/${modelId}/score`, { method: 'POST' })).status).toBe(202);
    await eventually(async () => expect(await countOn(sql)).toBe(players), 30_000);
    await eventually(async () => expect((await jobsOf(sql))[0]).toMatchObject({ state: 'succeeded' }));
  });
});

describe('two gateways over one database', () => {
  it('score the same players at once without a deadlock, and agree', async () => {
    const other = await startServices(gateway.databaseUrl);
    try {
      const { sql } = gateway.running.db;
      const ids = (
        await sql<{ id: string }[]>`SELECT player_id AS id FROM crmbet.players ORDER BY external_id LIMIT 800`
      ).map(({ id }) => id);
      for (let round = 0; round < 4; round += 1) {
        await sql`UPDATE crmbet.player_scores SET day = '2020-01-01' WHERE player_id = ANY(${ids}::uuid[])`;
        const shuffled = [...ids].reverse();
        gateway.running.scoreKeeper.touch(gateway.tenant.tenantId, ids, true);
        other.scoreKeeper.touch(gateway.tenant.tenantId, shuffled, true);
        await Promise.all([gateway.running.scoreKeeper.settle(), other.scoreKeeper.settle()]);
        expect(await countOn(sql)).toBe(players);
      }
    } finally {
      await other.stop();
    }
  });
});

describe('a scoring whose gateway is killed', () => {
  it('goes on where it stopped, in the next, and scores nobody twice', { timeout: 180_000 }, async () => {
    const database = await createTestDatabase();
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const code = `
      import { createServices } from ${module('../services/create-services.ts')};
      import { createTenant } from ${module('../services/tenants/create-tenant.ts')};
      import { createLogger } from ${module('../observability/logger.ts')};
      const running = await createServices({ databaseUrl: process.env.DATABASE_URL, threads: 1, log: createLogger('silent') });
      const { secretKey } = await createTenant(running.db, { slug: 'killed', name: 'killed', timeZone: 'UTC' });
      const principal = await running.services.identity.identify(secretKey, undefined);
      const time = new Date().toISOString();
      for (let from = 0; from < ${players}; from += 500) {
        const events = Array.from({ length: Math.min(500, ${players} - from) }, (_, n) => ({ id: 'e' + from + '-' + n, type: 'deposit.approved', player: 'p' + (from + n), time, data: { amount: n % 5 === 0 ? 9 : 90000, currency: 'BRL' } }));
        await running.services.events.send(principal, { events, replay: true });
      }
      await running.services.models.create(principal, { name: 'survivor', algorithm: 'kmeans', k: 2, seed: 1, features: ['deposits_amount_30d'] });
      for await (const line of process.stdin) {
        await running.scoreKeeper.sweep();
        await running.scoreKeeper.settle();
        console.log('asked');
      }`;
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const watch = postgres(database.url, { max: 1, types: { bigint: postgres.BigInt }, onnotice: () => {} });
    try {
      await eventually(async () => expect(await countOn(watch)).toBe(players), 60_000);
      await eventually(async () => expect((await jobsOf(watch))[0]?.state).toBe('succeeded'));
      await age(watch);
      const release = await holdSecondSlice(database.url);
      child.stdin.write('go\n');
      await lines.next();
      await eventually(async () => expect(await countOn(watch)).toBe(sliceSize));
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      await release();
      // Proof of the fault: a part is scored, and the job belongs to nobody.
      const first = await watch<{ id: string; at: Date }[]>`
        SELECT player_id AS id, scored_at AS at FROM crmbet.player_scores WHERE day > '2020-01-01' ORDER BY player_id`;
      expect(first.length).toBe(sliceSize);
      const [job] = await jobsOf(watch);
      expect(job?.state).toBe('running');

      const next = await startServices(database.url);
      try {
        await eventually(
          async () => expect((await jobsOf(watch))[0]).toMatchObject({ id: job?.id, state: 'succeeded' }),
          90_000,
        );
        expect(await countOn(watch)).toBe(players);
        const again = await watch<{ id: string; at: Date }[]>`
          SELECT player_id AS id, scored_at AS at FROM crmbet.player_scores ORDER BY player_id LIMIT ${sliceSize}`;
        expect([...again]).toEqual([...first]);
      } finally {
        await next.stop();
      }
    } finally {
      if (child.exitCode === null) child.kill('SIGKILL');
      await watch.end({ timeout: 5 });
      await database.drop();
    }
  });
});
