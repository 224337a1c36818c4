import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { type GatewayProcess, startProcess } from '../../testing/gateway-process.ts';
import { startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { readBrokers } from './kafka-settings.ts';
import { connectKafka } from './platformatic-connection.ts';

const url = process.env.KAFKA_URL ?? '';
if (url === '') console.warn('SKIPPED: consuming from a real Kafka, because KAFKA_URL names none.');

const partitions = 4;

describe.skipIf(url === '')('consuming from the Kafka of KAFKA_URL', { timeout: 150_000 }, () => {
  let gateway: TestGateway;
  let wire: TcpProxy;
  let admin: Admin;
  let producer: Producer;
  let topic: string;
  const running: GatewayProcess[] = [];

  beforeAll(async () => {
    const { brokers, tls, sasl } = readBrokers(url);
    const client = {
      clientId: 'crmbet-test',
      bootstrapBrokers: brokers,
      ...(tls ? { tls: {}, tlsServerName: true } : {}),
      ...(sasl === undefined ? {} : { sasl }),
    };
    admin = new Admin(client);
    producer = new Producer(client);
    gateway = await createTestGateway();
    const database = new URL(gateway.databaseUrl);
    wire = await startTcpProxy({ host: database.hostname, port: Number(database.port) });
  });
  afterAll(async () => {
    await producer?.close().catch(() => {});
    await admin?.close().catch(() => {});
    await wire?.close();
    await gateway?.stop();
  });
  beforeEach(async () => {
    topic = `events-${randomUUID()}`;
    // Where topics cannot be created by name, asking for one makes it.
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 }).catch(async () => {
      await admin.metadata({ topics: [topic], autocreateTopics: true });
    });
    await eventually(async () => {
      const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
      expect(topics.get(topic)?.partitionsCount).toBe(partitions);
    });
  });
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    }
    await admin.deleteTopics({ topics: [topic] }).catch(() => {});
  });

  const consume = (...flags: string[]): GatewayProcess => {
    const database = new URL(gateway.databaseUrl);
    database.hostname = '127.0.0.1';
    database.port = String(wire.port);
    const started = startProcess(
      [
        'consume',
        'kafka',
        '--topic',
        topic,
        '--group',
        topic,
        '--tenant',
        gateway.tenant.slug,
        '--port',
        '0',
        ...flags,
      ],
      { DATABASE_URL: database.href, KAFKA_URL: url, LOG_LEVEL: 'info' },
    );
    running.push(started);
    return started;
  };
  const stop = async (consumer: GatewayProcess) => {
    consumer.child.kill('SIGTERM');
    expect(await consumer.exited, consumer.said.join('\n')).toEqual({ code: 0, signal: null });
  };
  const publish = async (bodies: { key: string; value: string | undefined; type?: string }[]) => {
    for (let from = 0; from < bodies.length; from += 500)
      await producer.send({
        messages: bodies.slice(from, from + 500).map(({ key, value, type }) => ({
          topic,
          key: Buffer.from(key),
          ...(value === undefined ? {} : { value: Buffer.from(value) }),
          headers: new Map(type === undefined ? [] : [[Buffer.from('Content-Type'), Buffer.from(type)]]),
        })),
      });
  };
  const events = (count: number, from = 0) =>
    Array.from({ length: count }, (_, at) =>
      anEvent({
        id: `${topic}-${from + at}`,
        player: `${topic}-p${at % 50}`,
        data: { amount: 100, currency: 'BRL' },
      }),
    );
  const publishEvents = (list: readonly { player: string }[]) =>
    publish(
      list.map((event) => ({ key: event.player, value: JSON.stringify(event), type: 'application/json' })),
    );
  const stored = async (): Promise<number> => {
    const [row] = await gateway.running.db.sql<{ count: number }[]>`
      SELECT count(*)::int AS count FROM crmbet.events WHERE event_id LIKE ${`${topic}-%`}`;
    return row?.count ?? 0;
  };
  const expectAllOnce = async (count: number) => {
    await eventually(async () => expect(await stored()).toBe(count), 90_000);
    const rows = await gateway.running.db.sql<{ count: number; amount: string }[]>`
      SELECT coalesce(sum(d.deposits_count), 0)::int AS count, coalesce(sum(d.deposits_amount), 0)::text AS amount
      FROM crmbet.player_day d JOIN crmbet.players p USING (tenant_id, player_id)
      WHERE p.external_id LIKE ${`${topic}-%`}`;
    expect(rows[0]).toEqual({ count, amount: String(count * 100) });
  };
  /** Messages that the group has not committed, as the next member of it would find them. */
  const uncommitted = async (): Promise<number> => {
    const settings = { ...readBrokers(url), topics: [topic], group: topic };
    const connection = await connectKafka(settings);
    try {
      const end = new AbortController();
      for await (const assignment of connection.assignments(end.signal)) {
        const quiet = AbortSignal.timeout(4000);
        let count = 0;
        const ended = new Promise<void>((resolve) =>
          quiet.addEventListener('abort', () => resolve(), { once: true }),
        );
        const counting = (async () => {
          for await (const _ of assignment.messages) count += 1;
        })();
        await ended;
        end.abort();
        await counting;
        return count;
      }
      return 0;
    } finally {
      await connection.close();
    }
  };

  it('stores twenty thousand events exactly once and commits them', async () => {
    await publishEvents(events(20_000));
    const consumer = consume();
    const address = await consumer.ready();
    await expectAllOnce(20_000);
    await eventually(async () => {
      const text = await (await fetch(`${address}/metrics`)).text();
      expect(text).toContain('crmbet_consumer_messages_total{channel="kafka"} 20000');
      expect(text).toContain(`crmbet_consumer_lag_messages{channel="kafka",source="${topic}"} 0`);
    });
    await stop(consumer);
    expect(await uncommitted()).toBe(0);
  });

  it('killed in the middle and started again stores everything exactly once', async () => {
    await publishEvents(events(20_000));
    const first = consume('--batch', '100');
    await first.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(1000), 40_000);
    first.child.kill('SIGKILL');
    await first.exited;
    // Proof of the fault: some of it was stored, and not all.
    expect(await stored()).toBeLessThan(20_000);
    const second = consume();
    await second.ready();
    await expectAllOnce(20_000);
    await stop(second);
    expect(await uncommitted()).toBe(0);
  });

  it('gives partitions back when another comes, and takes them over when it leaves', async () => {
    await publishEvents(events(6000));
    const first = consume('--batch', '50');
    await first.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(500), 40_000);
    const second = consume('--batch', '50');
    const address = await second.ready();
    const took = async () =>
      Number(
        /crmbet_consumer_messages_total\{channel="kafka"\} (\d+)/.exec(
          await (await fetch(`${address}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    let published = 6000;
    for (; published < 16_000 && (await took()) === 0; published += 1000) {
      await publishEvents(events(1000, published));
      await sleep(1000);
    }
    // Proof of the fault: the second had partitions of its own.
    await eventually(async () => expect(await took()).toBeGreaterThan(0), 40_000);
    await stop(second);
    await publishEvents(events(1000, published));
    await expectAllOnce(published + 1000);
    await stop(first);
    expect(await uncommitted()).toBe(0);
  });

  it('keeps what is bad in between among the dead letters, and passes over tombstones', async () => {
    const [one, two, three, four] = events(4).map((event) => JSON.stringify(event));
    await publish([
      { key: 'k', value: one ?? '' },
      { key: 'k', value: '{"id":' },
      { key: 'k', value: undefined },
      { key: 'k', value: `{"events":[${two}]}` },
      { key: 'k', value: `${three}\n${topic} is no JSON\n`, type: 'application/x-ndjson' },
      { key: 'k', value: '<event/>', type: 'application/xml' },
      { key: 'k', value: four ?? '' },
    ]);
    const consumer = consume();
    await consumer.ready();
    await expectAllOnce(4);
    await eventually(async () => {
      const letters = await gateway.running.db.sql<{ channel: string; code: string }[]>`
        SELECT channel, code FROM crmbet.dead_letters ORDER BY code`;
      expect(letters.map(({ channel, code }) => `${channel} ${code}`)).toEqual([
        'kafka body_not_json',
        'kafka body_not_json',
        'kafka content_type_unsupported',
      ]);
    });
    await stop(consumer);
    expect(await uncommitted()).toBe(0);
  });

  it('waits while PostgreSQL is out of reach, and goes on by itself', async () => {
    const consumer = consume('--batch', '100');
    await consumer.ready();
    await publishEvents(events(2000));
    await eventually(async () => expect(await stored()).toBeGreaterThan(0), 40_000);
    wire.cut();
    try {
      await publishEvents(events(3000, 2000));
      await eventually(async () => expect(consumer.said.join('\n')).toContain('events were not stored yet'));
      const before = await stored();
      await sleep(3000);
      expect(await stored()).toBe(before);
    } finally {
      wire.restore();
    }
    await expectAllOnce(5000);
    await stop(consumer);
    expect(await uncommitted()).toBe(0);
  });

  it('told to end stores and commits what it has taken, and leaves the rest', async () => {
    await publishEvents(events(20_000));
    const consumer = consume('--batch', '50');
    await consumer.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(500), 40_000);
    await stop(consumer);
    const inStore = await stored();
    // Proof of the fault: it was told in the middle.
    expect(inStore).toBeLessThan(20_000);
    expect(inStore + (await uncommitted())).toBe(20_000);
    const second = consume();
    await second.ready();
    await expectAllOnce(20_000);
    await stop(second);
  });
});
