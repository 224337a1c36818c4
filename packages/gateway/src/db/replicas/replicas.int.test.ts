import { CRMBet } from '@crmbet/sdk';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../app.ts';
import { createServices, type Running } from '../../services/create-services.ts';
import { createTenant, type TenantKeys } from '../../services/tenants/create-tenant.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Pair, startPair } from '../../testing/standby.ts';
import { anEvent, quietLog } from '../../testing/test-gateway.ts';

/** A primary, a real streaming standby of it, and two gateways that read of it. */
let pair: Pair;
let admin: postgres.Sql;
const gateways: Running[] = [];

beforeAll(async () => {
  pair = await startPair();
  admin = postgres(pair.primaryUrl, { max: 1, onnotice: () => {} });
}, 180_000);
afterEach(async () => {
  for (const running of gateways.splice(0)) await running.stop();
});
afterAll(async () => {
  await admin?.end();
  await pair?.stop();
});

async function open(options: { urls?: string[]; maxLagMs?: number } = {}) {
  const running = await createServices({
    databaseUrl: pair.primaryUrl,
    replicas: { urls: options.urls ?? [pair.standbyUrl], maxLagMs: options.maxLagMs ?? 1000 },
    connections: 4,
    threads: 1,
    log: quietLog,
  });
  gateways.push(running);
  const app = createApp({ services: running.services, metrics: running.metrics, log: quietLog });
  const client = (key: string) =>
    new CRMBet({
      apiKey: key,
      baseUrl: 'http://gateway.test',
      maxRetries: 0,
      fetch: async (url, init) => await app.request(url, init),
    });
  /** How often a replica, and the primary, answered what a replica may. */
  const reads = async () => {
    const text = await running.metrics.text();
    const of = (from: string) =>
      Number(new RegExp(`^crmbet_reads_total{from="${from}"} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return { replica: of('replica'), primary: of('primary') };
  };
  return { running, client, reads };
}

let made = 0;
async function addTenant(running: Running): Promise<TenantKeys> {
  made += 1;
  return await createTenant(running.db, { slug: `t-${made}`, name: 'T', timeZone: 'UTC' });
}

/** Asks until the answer is of the replica. */
const isRead = (gateway: Awaited<ReturnType<typeof open>>, client: CRMBet) =>
  eventually(async () => {
    const before = await gateway.reads();
    await client.reports.kpis();
    expect((await gateway.reads()).replica).toBe(before.replica + 1);
  }, 30_000);
const receiverIsOff = () =>
  eventually(async () => expect(await admin`SELECT 1 FROM pg_stat_replication`).toHaveLength(0));
describe('reads of a replica', () => {
  it('answer what may lag, and hold what the caller wrote through any process', async () => {
    const [a, b] = [await open(), await open()];
    const tenant = await addTenant(a.running);
    const [writer, reader] = [a.client(tenant.secretKey), b.client(tenant.secretKey)];
    await isRead(b, reader);
    for (let n = 1; n <= 25; n += 1) {
      await writer.events.send(anEvent({ player: `p${n}` }));
      const page = await reader.players.list({ limit: 100, count: true }).pages().next();
      expect(page.value).toMatchObject({ total: n });
      expect((await reader.players.events('p1').toArray({ limit: 5 })).length).toBe(1);
    }
    // Once the writer is quiet, nothing holds its reads back.
    await isRead(b, reader);
    expect((await b.reads()).replica).toBeGreaterThan(1);
  });

  it('go to the primary for who just wrote, as long as the replica has not replayed it', async () => {
    const [a, b] = [await open({ maxLagMs: 60_000 }), await open({ maxLagMs: 60_000 })];
    const tenant = await addTenant(a.running);
    const client = b.client(tenant.secretKey);
    await a.client(tenant.secretKey).events.send(anEvent({ player: 'seen' }));
    await isRead(b, client);
    await pair.pauseReplay();
    try {
      await a.client(tenant.secretKey).events.send(anEvent({ player: 'unseen' }));
      const before = await b.reads();
      const mine = await client.players.list({ limit: 10 }).toArray({ limit: 10 });
      expect(mine.map(({ id }) => id).sort()).toEqual(['seen', 'unseen']);
      expect(await b.reads()).toEqual({ ...before, primary: before.primary + 1 });
      // Somebody else of the same operator may see it later: proof that the replica really does not have it.
      const others = await b.running.services.players.list(
        { tenantId: tenant.tenantId, kind: 'session', subject: 'ana', scopes: [] },
        { limit: 10, sort: 'lastActive', count: false },
      );
      expect(others.data.map(({ id }) => id)).toEqual(['seen']);
      // One player is always read where it is written.
      expect(await client.players.get('unseen')).toMatchObject({ id: 'unseen' });
    } finally {
      await pair.resumeReplay();
    }
  });

  it('leave out a replica that lags too far, and take it again when it has caught up', async () => {
    const a = await open({ maxLagMs: 700 });
    const tenant = await addTenant(a.running);
    await isRead(a, a.client(tenant.secretKey));
    await pair.pauseReplay();
    const ana = { tenantId: tenant.tenantId, kind: 'session', subject: 'ana', scopes: [] } as const;
    const list = async () =>
      (await a.running.services.players.list(ana, { limit: 10, sort: 'lastActive', count: false })).data
        .length;
    try {
      await a.client(tenant.secretKey).events.send(anEvent({ player: 'p' }));
      // Nobody is told what is older than the bound, whoever wrote it.
      await eventually(async () => expect(await list()).toBe(1), 10_000);
      const before = await a.reads();
      expect(await list()).toBe(1);
      expect(await a.reads()).toEqual({ ...before, primary: before.primary + 1 });
    } finally {
      await pair.resumeReplay();
    }
    await isRead(a, a.client(tenant.secretKey));
  });

  it('survive the death of the replica, and its return', { timeout: 180_000 }, async () => {
    const a = await open();
    const tenant = await addTenant(a.running);
    const client = a.client(tenant.secretKey);
    await client.events.send(anEvent({ player: 'p' }));
    await isRead(a, client);
    let failures = 0;
    let answers = 0;
    let over = false;
    const readers = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!over) {
          await client.reports.kpis().then(
            ({ players }) => {
              answers += 1;
              if (players !== 1) failures += 1;
            },
            () => {
              failures += 1;
            },
          );
        }
      }),
    );
    await eventually(async () => expect(answers).toBeGreaterThan(20));
    await pair.killStandby();
    await receiverIsOff();
    const [atDeath, then] = [await a.reads(), answers];
    await eventually(async () => expect(answers).toBeGreaterThan(then + 50));
    expect((await a.reads()).primary).toBeGreaterThan(atDeath.primary + 20);
    await pair.startStandby();
    const before = await a.reads();
    await eventually(
      async () => expect((await a.reads()).replica).toBeGreaterThan(before.replica + 5),
      60_000,
    );
    over = true;
    await readers;
    expect(failures).toBe(0);
  });

  it('do not wait for a replica that was never there, and take turns among those that are', async () => {
    const a = await open({
      urls: ['postgres://crmbet:x@127.0.0.1:1/crmbet', pair.standbyUrl, pair.standbyUrl],
    });
    const tenant = await addTenant(a.running);
    await isRead(a, a.client(tenant.secretKey));
    const b = await open({ urls: ['postgres://crmbet:x@127.0.0.1:1/crmbet'] });
    await b.client(tenant.secretKey).reports.kpis();
    expect(await b.reads()).toEqual({ replica: 0, primary: 1 });
  });

  it('leave out what is no replica', async () => {
    const a = await open({ urls: [pair.primaryUrl] });
    const tenant = await addTenant(a.running);
    await a.client(tenant.secretKey).reports.kpis();
    expect(await a.reads()).toEqual({ replica: 0, primary: 1 });
  });

  it('train on everything that was stored when the training began', async () => {
    const a = await open({ maxLagMs: 60_000 });
    const tenant = await addTenant(a.running);
    const client = a.client(tenant.secretKey);
    await isRead(a, client);
    await pair.pauseReplay();
    try {
      await client.events.send(Array.from({ length: 6 }, (_, n) => anEvent({ player: `m${n}` })));
      const model = await client.models.create({
        name: 'm',
        k: 2,
        features: ['deposits_count_30d', 'deposits_amount_30d'],
      });
      await eventually(
        async () => expect((await client.jobs.get(model.job)).state).toBe('succeeded'),
        40_000,
      );
      expect((await client.models.get(model.id)).players).toBe(6);
    } finally {
      await pair.resumeReplay();
    }
  });

  it('note who writes, and not who reads', async () => {
    const a = await open();
    const tenant = await addTenant(a.running);
    const client = a.client(tenant.secretKey);
    const rows = () => admin`SELECT until FROM crmbet.recent_writers WHERE tenant_id = ${tenant.tenantId}`;
    await client.players.list({ limit: 1 }).toArray({ limit: 1 });
    await expect(client.events.send(anEvent({ time: 'never' }))).rejects.toThrow();
    expect(await rows()).toHaveLength(0);
    await client.events.send(anEvent());
    expect(await rows()).toHaveLength(1);
  });
});
