import { CRMBet, type StreamMessage } from '@crmbet/sdk';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import type { Listening } from '../cli/listen.ts';
import { createServices, type Running } from '../services/create-services.ts';
import { eventually } from '../testing/eventually.ts';
import {
  anEvent,
  createTestGateway,
  listenTo,
  quietLog,
  type TestGateway,
  type TestTenant,
} from '../testing/test-gateway.ts';
import type { Role } from './presence.ts';

/** The first gateway does everything; the others are opened by each test, over the same database. */
let gateway: TestGateway;
let admin: postgres.Sql;
const opened: { running: Running; listening: Listening }[] = [];

beforeAll(async () => {
  gateway = await createTestGateway();
  admin = postgres(gateway.databaseUrl, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  for (const { running, listening } of opened.splice(0)) {
    await listening.close();
    await running.stop();
  }
});
afterAll(async () => {
  await admin.end();
  await gateway.stop();
});

async function open(role: Role, tenant: TestTenant = gateway.tenant) {
  const running = await createServices({
    databaseUrl: gateway.databaseUrl,
    role,
    connections: 4,
    threads: 1,
    log: quietLog,
  });
  const app = createApp({ services: running.services, metrics: running.metrics, log: quietLog });
  const listening = await listenTo({ app });
  opened.push({ running, listening });
  const client = new CRMBet({ apiKey: tenant.secretKey, baseUrl: listening.url, maxRetries: 0 });
  return { running, client };
}

/** Reads a stream in the background until the test is over. */
function read(client: CRMBet, lastEventId?: string) {
  const heard: StreamMessage[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    const options = { signal: stop.signal, ...(lastEventId === undefined ? {} : { lastEventId }) };
    for await (const message of client.stream.open(options)) heard.push(message);
  })();
  return {
    heard,
    of: (player: string) => heard.filter(({ data }) => 'player' in data && data.player === player),
    stop: async () => {
      stop.abort();
      await reading;
    },
  };
}

const isOpen = (running: Running) =>
  eventually(async () => {
    expect(running.services.stream.openStreams).toBe(1);
    const rows =
      await admin`SELECT 1 FROM crmbet.gateways WHERE ${gateway.tenant.tenantId} = ANY(listens_to)`;
    expect(rows.length).toBeGreaterThan(0);
  });

describe('a live stream', () => {
  it('tells what another process took in, once, with what it does to segments', async () => {
    const [a, b] = [await open('api'), await open('api')];
    const stream = read(b.client);
    await isOpen(b.running);
    const segment = await a.client.segments.create({
      name: 'heard elsewhere',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    const event = anEvent({ player: 'far away' });
    await a.client.events.send(event);
    await eventually(async () =>
      expect(stream.of('far away')).toMatchObject([
        { event: 'player.event', data: { id: event.id } },
        { event: 'segment.entered', data: { segment: { id: segment.id } } },
      ]),
    );
    const own = anEvent({ player: 'right here' });
    await b.client.events.send(own);
    await eventually(async () => expect(stream.of('right here')).toHaveLength(2));
    // An echo of what was told here first would have come by now.
    const later = anEvent({ player: 'later' });
    await a.client.events.send(later);
    await eventually(async () => expect(stream.of('later').length).toBeGreaterThan(0));
    expect(stream.of('right here')).toHaveLength(2);
    expect(stream.of('far away')).toHaveLength(2);
    await stream.stop();
    await a.client.segments.delete(segment.id);
  });

  it('misses nothing of another process from its first byte on', async () => {
    const [a, b] = [await open('api'), await open('api')];
    for (let round = 0; round < 5; round += 1) {
      const tenant = await gateway.addTenant();
      const url = opened.at(-1)?.listening.url ?? '';
      const response = await fetch(`${url}/v1/stream`, {
        headers: { authorization: `Bearer ${tenant.secretKey}` },
      });
      expect(response.status).toBe(200);
      const elsewhere = new CRMBet({ apiKey: tenant.secretKey, baseUrl: opened.at(-2)?.listening.url ?? '' });
      const event = anEvent();
      await elsewhere.events.send(event);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes(event.id)) text += (await reader?.read())?.value ?? '';
      await reader?.cancel();
    }
    expect([a, b]).toHaveLength(2);
  });

  it('carries messages that are longer than a notification', async () => {
    const [a, b] = [await open('api'), await open('api')];
    const stream = read(b.client);
    await isOpen(b.running);
    const note = Array.from({ length: 900 }, () => Math.random().toString(36)).join(' ');
    const event = anEvent({ player: 'wordy', type: 'acme.noted', data: { note } });
    await a.client.events.send(event);
    await eventually(async () =>
      expect(stream.of('wordy')).toMatchObject([{ event: 'player.event', data: { data: { note } } }]),
    );
    await stream.stop();
  });

  it('says that there may be a gap when too much happens at once, and when the connection breaks', async () => {
    const [a, b] = [await open('api'), await open('api')];
    const stream = read(b.client);
    await isOpen(b.running);
    const flood = Array.from({ length: 1000 }, (_, n) => anEvent({ player: `flood-${n % 50}` }));
    await a.client.events.send(flood);
    const resets = () => stream.heard.filter(({ event }) => event === 'stream.reset').length;
    await eventually(async () => expect(resets()).toBeGreaterThan(0));
    const before = resets();
    const cut = await admin`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'crmbet listens' AND datname = current_database()`;
    expect(cut.length).toBeGreaterThan(0);
    await eventually(async () => expect(resets()).toBeGreaterThan(before));
    const after = anEvent({ player: 'after the break' });
    await eventually(async () => {
      await a.client.events.send({ ...after, id: `${after.id}-${Math.random()}` });
      expect(stream.of('after the break').length).toBeGreaterThan(0);
    });
    await stream.stop();
  });

  it('is told nothing where nobody listens', async () => {
    const a = await open('api');
    const told: string[] = [];
    const listener = postgres(gateway.databaseUrl, { max: 1 });
    await listener.listen('crmbet_stream', (text) => told.push(text));
    const silent = await gateway.addTenant();
    const client = new CRMBet({ apiKey: silent.secretKey, baseUrl: opened.at(-1)?.listening.url ?? '' });
    await client.events.send(anEvent({ player: 'unheard' }));
    // What is heard in the end was sent after it, by the same process.
    const stream = read(gateway.client());
    await isOpen(gateway.running);
    await eventually(async () => {
      await a.client.events.send(anEvent({ player: 'heard' }));
      expect(told.length).toBeGreaterThan(0);
    });
    expect(told.filter((text) => text.includes('unheard'))).toEqual([]);
    await stream.stop();
    await listener.end();
  });
});

describe('segments', () => {
  it('are kept by a process that works, of events that another took in', async () => {
    const a = await open('api', await gateway.addTenant());
    const segment = await a.client.segments.create({
      name: 'api only',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 2 },
    });
    await a.client.events.send([
      anEvent({ player: 'x' }),
      anEvent({ player: 'x' }),
      anEvent({ player: 'y' }),
    ]);
    // Well before the sweep of the minute.
    await eventually(async () => {
      const members = await a.client.segments.members(segment.id).toArray({ limit: 10 });
      expect(members.map(({ player }) => player)).toEqual(['x']);
    }, 10_000);
    await a.client.segments.delete(segment.id);
  });

  it('take a replay that another process took in without a word, however many players it has', {
    timeout: 90_000,
  }, async () => {
    const a = await open('api');
    const stream = read(a.client);
    await isOpen(a.running);
    const segment = await a.client.segments.create({
      name: 'replayed elsewhere',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    const replay = Array.from({ length: 6000 }, (_, n) => anEvent({ player: `re-${n}` }));
    for (let from = 0; from < replay.length; from += 1000)
      await a.client.events.send(replay.slice(from, from + 1000), { replay: true });
    await a.client.events.send(anEvent({ player: 'live one' }));
    await eventually(async () =>
      expect((await a.client.segments.get(segment.id)).size).toBeGreaterThan(6000),
    );
    await eventually(async () =>
      expect(stream.of('live one').map(({ event }) => event)).toEqual(['player.event', 'segment.entered']),
    );
    expect(
      stream.heard.filter(({ data }) => 'player' in data && String(data.player).startsWith('re-')),
    ).toEqual([]);
    await stream.stop();
    await a.client.segments.delete(segment.id);
  });

  it('are kept by one process at a time, and by another soon after that one is gone', async () => {
    const first = await open('worker');
    const api = await open('api');
    // The gateway of this file holds the duty; its session is cut, and somebody takes it again.
    const segment = await api.client.segments.create({
      name: 'moved',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 3 },
    });
    const holders = () => admin<{ pid: number }[]>`
      SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    const [before] = await holders();
    await admin`SELECT pg_terminate_backend(${before?.pid ?? 0})`;
    await eventually(async () => {
      const [now, ...others] = await holders();
      expect(others).toEqual([]);
      expect(now?.pid).toBeGreaterThan(0);
      expect(now?.pid).not.toBe(before?.pid);
    });
    await api.client.events.send([1, 2, 3].map(() => anEvent({ player: 'mover' })));
    await eventually(async () => {
      const members = await api.client.segments.members(segment.id).toArray({ limit: 100 });
      expect(members.map(({ player }) => player)).toContain('mover');
    });
    expect(first.running).toBeDefined();
    await api.client.segments.delete(segment.id);
  });

  it('are looked at again when a process died without a word', async () => {
    const api = await open('api', await gateway.addTenant());
    const segment = await api.client.segments.create({
      name: 'inherited',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    const members = () => admin`SELECT 1 FROM crmbet.segment_members WHERE segment_id = ${segment.id}`;
    await api.client.events.send(anEvent({ player: 'orphan' }));
    await eventually(async () => expect(await members()).toHaveLength(1));
    // As if nobody had ever been told of the player.
    await admin`DELETE FROM crmbet.segment_members WHERE segment_id = ${segment.id}`;
    const dead = '00000000-0000-4000-8000-00000000dead';
    const long = new Date(Date.now() - 60_000);
    await admin`INSERT INTO crmbet.gateways (id, role, seen_at) VALUES (${dead}, 'api', ${long})`;
    await eventually(async () =>
      expect(await admin`SELECT 1 FROM crmbet.gateways WHERE id = ${dead}`).toHaveLength(0),
    );
    await eventually(async () => expect(await members()).toHaveLength(1), 10_000);
  });
});

describe('jobs', () => {
  it('made in a process that only answers are done in one that works, and heard of where they were made', async () => {
    const api = await open('api');
    const stream = read(api.client);
    await isOpen(api.running);
    await api.client.events.send([anEvent({ player: 'j1' }), anEvent({ player: 'j2' })]);
    const { job } = await api.client.models.create({
      name: 'elsewhere',
      k: 2,
      features: ['deposits_count_30d', 'deposits_amount_30d'],
    });
    await eventually(async () => expect((await api.client.jobs.get(job)).state).toBe('succeeded'));
    await eventually(async () =>
      expect(stream.heard).toContainEqual(
        expect.objectContaining({
          event: 'job.updated',
          data: expect.objectContaining({ id: job, state: 'succeeded' }),
        }),
      ),
    );
    await stream.stop();
  });
});
