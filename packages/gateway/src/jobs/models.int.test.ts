import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { JobFailedError } from '@crmbet/sdk';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replacePlaces } from '../db/queries/player-clusters.ts';
import { readProblem } from '../testing/contract.ts';
import { eventually } from '../testing/eventually.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { anEvent, createTestGateway, startServices, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const features = ['deposits_amount_30d', 'bets_count_30d', 'casino_share_30d'];

beforeAll(async () => {
  gateway = await createTestGateway();
  // Two ways of playing that nobody could mix up: a few large bettors, many small slot players.
  const events = Array.from({ length: 40 }, (_, n) => {
    const large = n % 4 === 0;
    const player = `${large ? 'large' : 'small'}-${n}`;
    return [
      anEvent({ player, data: { amount: large ? 900_000 + n : 1000 + n, currency: 'BRL' } }),
      ...Array.from({ length: large ? 6 : 1 }, (_, b) =>
        large
          ? anEvent({ player, type: 'bet.placed', data: { betId: `b${b}`, stake: 10_000, currency: 'BRL' } })
          : anEvent({
              player,
              type: 'casino.round',
              data: { game: 'slot', stake: 100, payout: 50, currency: 'BRL' },
            }),
      ),
    ];
  }).flat();
  await gateway.client().events.send(events);
});
afterAll(() => gateway.stop());

const train = async (name: string, more: { k?: number; seed?: number } = {}) => {
  const client = gateway.client();
  const model = await client.models.create({ name, k: 2, features, ...more });
  await client.jobs.wait(model.job, { pollMs: 50 });
  return model.id;
};
const placesOf = async (id: string) => {
  const { data } = await gateway.client().models.points(id);
  return data.map(({ player, cluster }) => `${player} ${cluster}`);
};
const rowsOf = async (id: string) => {
  const [row] = await gateway.running.db.sql<
    { rows: bigint }[]
  >`SELECT count(*) AS rows FROM crmbet.player_clusters WHERE model_id = ${id}`;
  return row?.rows;
};

/** How many wait for a lock of one of our tables. */
const waitingFor = async (table: string) => {
  // Databases made from one template number their tables alike, so a lock is told by both.
  const rows = await gateway.running.db.sql`
    SELECT 1 FROM pg_catalog.pg_locks WHERE NOT granted AND relation = ${`crmbet.${table}`}::regclass
      AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`;
  return rows.length;
};

/** Holds what a training reads, so that it is running for as long as the test wants. */
const holdPlayers = (url: string) =>
  hold(url, (tx) => tx`LOCK TABLE crmbet.player_state IN ACCESS EXCLUSIVE MODE`);

/** Holds what a training writes of players, so that it is saving for as long as the test wants. */
const holdPlaces = (url: string) => hold(url, (tx) => tx`LOCK TABLE crmbet.player_clusters IN SHARE MODE`);

async function hold(
  url: string,
  lock: (tx: postgres.TransactionSql) => Promise<unknown>,
): Promise<() => Promise<void>> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const locked = new Promise<void>((resolve, reject) => {
    client
      .begin(async (tx) => {
        await lock(tx);
        resolve();
        await held;
      })
      .catch(reject);
  });
  await locked;
  return async () => {
    release();
    await client.end({ timeout: 5 });
  };
}

describe('a model', () => {
  it('is trained by a job, and then parts the players as they part', async () => {
    const client = gateway.client();
    const seen: number[] = [];
    const model = await client.models.create({ name: 'ways', k: 2, features });
    expect(model).toMatchObject({ state: 'training', players: null, trainedAt: null });
    const early = await gateway.request(`/v1/models/${model.id}/clusters`);
    if (early.status !== 200)
      expect(await readProblem(early)).toMatchObject({ status: 409, code: 'model_not_ready' });
    const job = await client.jobs.wait(model.job, {
      pollMs: 20,
      onProgress: ({ progress }) => seen.push(progress),
    });
    expect(job).toMatchObject({ state: 'succeeded', progress: 1, model: model.id, code: null });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await client.models.get(model.id)).toMatchObject({
      state: 'ready',
      players: 40,
      metrics: { converged: true },
      device: expect.any(String),
    });

    const { data: clusters } = await client.models.clusters(model.id);
    expect(clusters.map(({ size }) => size)).toEqual([30, 10]);
    expect(clusters.map(({ share }) => share)).toEqual([0.75, 0.25]);
    const [small, large] = clusters;
    expect(large?.traits).toContainEqual(
      expect.objectContaining({ feature: 'deposits_amount_30d', direction: 'high' }),
    );
    expect(small?.features.find(({ feature }) => feature === 'casino_share_30d')).toMatchObject({
      mean: 1,
      median: 1,
    });

    const places = await placesOf(model.id);
    expect(places).toHaveLength(40);
    for (const place of places)
      expect(place).toMatch(
        new RegExp(place.startsWith('small') ? ` ${small?.index}$` : ` ${large?.index}$`),
      );
    expect(await client.players.get('large-0')).toMatchObject({
      cluster: { model: model.id, modelName: 'ways', cluster: large?.index },
    });
    const inCluster = await client.players.list({ cluster: large?.index ?? -1 }).toArray({ limit: 100 });
    expect(inCluster.map(({ id }) => id).sort()).toEqual(
      places
        .filter((place) => place.startsWith('large'))
        .map((place) => place.split(' ')[0])
        .sort(),
    );
    const sample = (await client.models.points(model.id, { limit: 7 })).data;
    expect(sample).toEqual((await client.models.points(model.id)).data.slice(0, 7));
  });

  it('with the same seed places everybody alike', async () => {
    const [one, two] = [
      await train('seed 5', { k: 4, seed: 5 }),
      await train('seed 5 again', { k: 4, seed: 5 }),
    ];
    expect(await placesOf(two)).toEqual(await placesOf(one));
  });

  it('of more clusters than players fails, and says why', async () => {
    const client = gateway.client();
    const model = await client.models.create({ name: 'too many', k: 41, features });
    const failed = await client.jobs.wait(model.job, { pollMs: 50 }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(JobFailedError);
    expect(failed).toMatchObject({
      job: { state: 'failed', code: 'too_few_players', detail: expect.stringContaining('there are 40') },
    });
    expect((await client.models.get(model.id)).state).toBe('failed');
    const clusters = await gateway.request(`/v1/models/${model.id}/clusters`);
    expect(await readProblem(clusters)).toMatchObject({ status: 409, code: 'model_not_ready' });
    const cancelled = await gateway.request(`/v1/jobs/${model.job}/cancel`, { method: 'POST' });
    expect(await readProblem(cancelled)).toMatchObject({ status: 409, code: 'job_finished' });
  });

  it('has a name of its own, and features of the catalogue, once each', async () => {
    await train('taken');
    const post = (json: object) => gateway.request('/v1/models', { json: { name: 'x', k: 2, ...json } });
    expect(await readProblem(await post({ name: 'taken' }))).toMatchObject({
      status: 409,
      code: 'name_taken',
    });
    expect(await readProblem(await post({ features: ['ggr_30d', 'luck_30d'] }))).toMatchObject({
      code: 'request_invalid',
      errors: [{ pointer: '/features/1' }],
    });
    expect(await readProblem(await post({ features: ['ggr_30d', 'ggr_30d'] }))).toMatchObject({
      code: 'request_invalid',
      errors: [{ pointer: '/features/1' }],
    });
    for (const json of [
      { k: 1 },
      { k: 65 },
      { k: 2.5 },
      { k: '2' },
      { features: [] },
      { seed: -1 },
      { seed: 2 ** 32 },
      { algorithm: 'dbscan' },
      { algorithm: 'unheard of' },
      { name: '' },
    ]) {
      expect(await readProblem(await post(json)), JSON.stringify(json)).toMatchObject({
        code: 'request_invalid',
      });
    }
    expect(
      (await gateway.client().models.list().toArray({ limit: 100 })).map(({ name }) => name),
    ).not.toContain('x');
  });
});

describe('a cancelled training', () => {
  it('leaves nothing, whether it had begun or not', async () => {
    const client = gateway.client();
    const release = await holdPlayers(gateway.databaseUrl);
    const running = await client.models.create({ name: 'cancelled while running', k: 2, features });
    await eventually(async () => expect((await client.jobs.get(running.job)).state).toBe('running'));
    // The one worker is busy: this one waits.
    const queued = await client.models.create({ name: 'cancelled in the queue', k: 2, features });
    expect((await client.jobs.get(queued.job)).state).toBe('queued');
    for (const { job } of [queued, running]) {
      expect(await client.jobs.cancel(job)).toMatchObject({
        state: 'cancelled',
        finishedAt: expect.any(String),
      });
    }
    await release();
    // The worker has come through both once it has done a third.
    await train('after them');
    for (const { id, job } of [queued, running]) {
      expect((await client.jobs.get(job)).state).toBe('cancelled');
      expect((await client.models.get(id)).state).toBe('cancelled');
      expect(await rowsOf(id)).toBe(0n);
    }
  });

  it('is answered while the places are being written, and leaves none of them', async () => {
    const client = gateway.client();
    const release = await holdPlaces(gateway.databaseUrl);
    const saving = await client.models.create({ name: 'cancelled while saving', k: 2, features });
    try {
      await eventually(async () => expect(await waitingFor('player_clusters')).toBe(1));
      // The save is held until the release below: a cancel that waited for it would never be answered.
      expect(await client.jobs.cancel(saving.job)).toMatchObject({ state: 'cancelled' });
    } finally {
      await release();
    }
    await train('after the one that was saving');
    expect((await client.jobs.get(saving.job)).state).toBe('cancelled');
    expect(await client.models.get(saving.id)).toMatchObject({ state: 'cancelled', activeVersion: null });
    expect(await rowsOf(saving.id)).toBe(0n);
  });
});

describe('the places of a version', () => {
  it('are written in slices; one after which the writing is ended leaves what there was', async () => {
    const { sql } = gateway.running.db;
    const of = { tenantId: randomUUID(), modelId: randomUUID(), version: 1 };
    const count = 5000;
    const column = new Float32Array(count);
    const places = {
      playerIds: randomBytes(16 * count),
      clusters: new Int32Array(count),
      distances: column,
      x: column,
      y: column,
    };
    const shares: number[] = [];
    await sql.begin((tx) => replacePlaces(tx, of, places, (share) => shares.push(share)));
    expect(shares).toEqual([0.4, 0.8, 1]);
    expect(await rowsOf(of.modelId)).toBe(5000n);

    const other = { ...places, clusters: new Int32Array(count).fill(1) };
    const cancelled = new Error('cancelled');
    const seen: number[] = [];
    const ended = sql.begin((tx) =>
      replacePlaces(tx, of, other, (share) => {
        seen.push(share);
        if (share > 0.5) throw cancelled;
      }),
    );
    await expect(ended).rejects.toBe(cancelled);
    expect(seen).toEqual([0.4, 0.8]);
    expect(
      await sql`SELECT cluster, count(*) AS rows FROM crmbet.player_clusters WHERE model_id = ${of.modelId} GROUP BY 1`,
    ).toEqual([{ cluster: 0, rows: 5000n }]);
  });
});

describe('a training that can never come to its end', () => {
  it('fails once it has been tried as often as it may be, and so does its model', async () => {
    const client = gateway.client();
    const { sql } = gateway.running.db;
    const attempts = async (job: string) => {
      const [row] = await sql<{ retry_count: number; retry_limit: number }[]>`
        SELECT retry_count, retry_limit FROM crmbet_jobs.job WHERE name = 'train_model' AND data->>'jobId' = ${job}`;
      return row;
    };
    await sql`ALTER TABLE crmbet.jobs ADD CONSTRAINT fault CHECK (state <> 'running') NOT VALID`;
    try {
      const model = await client.models.create({ name: 'hopeless', k: 2, features });
      await eventually(
        async () => expect((await attempts(model.job))?.retry_count).toBeGreaterThan(1),
        30_000,
      );
      expect((await attempts(model.job))?.retry_limit).toBe(20);
      expect((await client.models.get(model.id)).state).toBe('training');
      // Nobody wants to wait for the other eighteen.
      await sql`UPDATE crmbet_jobs.job SET retry_limit = retry_count + 1 WHERE data->>'jobId' = ${model.job}`;
      await eventually(
        async () =>
          expect(await client.jobs.get(model.job)).toMatchObject({ state: 'failed', code: 'job_abandoned' }),
        30_000,
      );
      expect((await client.models.get(model.id)).state).toBe('failed');
    } finally {
      await sql`ALTER TABLE crmbet.jobs DROP CONSTRAINT fault`;
    }
    await train('after the hopeless one');
  });
});

describe('a training whose gateway is killed', () => {
  it('is taken up by the next, and done once', { timeout: 120_000 }, async () => {
    const database = await createTestDatabase();
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    // A gateway in a process of its own: players, then a model, whose job it begins.
    const code = `
      import { createServices } from ${module('../services/create-services.ts')};
      import { createTenant } from ${module('../services/tenants/create-tenant.ts')};
      import { createLogger } from ${module('../observability/logger.ts')};
      const running = await createServices({ databaseUrl: process.env.DATABASE_URL, threads: 1, log: createLogger('silent') });
      const { secretKey } = await createTenant(running.db, { slug: 'killed', name: 'killed', timeZone: 'UTC' });
      const principal = await running.services.identity.identify(secretKey, undefined);
      const time = new Date().toISOString();
      const events = Array.from({ length: 20 }, (_, n) => ({ id: 'e' + n, type: 'deposit.approved', player: 'p' + n, time, data: { amount: n < 5 ? 9 : 90000, currency: 'BRL' } }));
      await running.services.events.send(principal, { events });
      console.log(JSON.stringify({ secretKey }));
      for await (const line of process.stdin) {
        const model = await running.services.models.create(principal, { name: 'survivor', algorithm: 'kmeans', k: 2, seed: 1, features: ['deposits_amount_30d'] });
        console.log(JSON.stringify({ id: model.id, job: model.job }));
      }`;
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const said = async (): Promise<Record<string, string>> => JSON.parse((await lines.next()).value ?? '{}');
    try {
      const { secretKey = '' } = await said();
      const release = await holdPlayers(database.url);
      child.stdin.write('go\n');
      const { id = '', job = '' } = await said();
      const watch = postgres(database.url, { max: 1 });
      const stateOf = async () => (await watch`SELECT state FROM crmbet.jobs WHERE id = ${job}`)[0]?.state;
      await eventually(async () => expect(await stateOf()).toBe('running'));
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      await release();
      // Proof of the fault: the job belongs to nobody, and says it runs.
      expect(await stateOf()).toBe('running');

      const next = await startServices(database.url);
      try {
        await eventually(async () => expect(await stateOf()).toBe('succeeded'), 90_000);
        const principal = await next.services.identity.identify(secretKey, undefined);
        const clusters = await next.services.models.clusters(principal, id);
        expect(clusters.map(({ size }) => size)).toEqual([15, 5]);
        expect(await next.services.models.points(principal, id, 100)).toHaveLength(20);
      } finally {
        await watch.end();
        await next.stop();
      }
    } finally {
      if (child.exitCode === null) child.kill('SIGKILL');
      await database.drop();
    }
  });
});
