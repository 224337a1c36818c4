import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ChannelModel, type ConfirmChannel, connect, type Options } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { type GatewayProcess, startProcess } from '../../testing/gateway-process.ts';
import { noRabbitmq, type RabbitmqServer, startRabbitmq } from '../../testing/rabbitmq-server.ts';
import { startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

const reason = noRabbitmq();
if (reason !== undefined) console.warn(`SKIPPED: consuming from a real RabbitMQ, because ${reason}.`);

describe.skipIf(reason !== undefined)('consuming from a real RabbitMQ', () => {
  let broker: RabbitmqServer;
  let gateway: TestGateway;
  let wire: TcpProxy;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let queue: string;
  const running: GatewayProcess[] = [];

  beforeAll(async () => {
    broker = await startRabbitmq();
    gateway = await createTestGateway();
    const database = new URL(gateway.databaseUrl);
    wire = await startTcpProxy({ host: database.hostname, port: Number(database.port) });
  });
  afterAll(async () => {
    await wire?.close();
    await gateway?.stop();
    await broker?.stop();
  });
  beforeEach(async () => {
    connection = await connect(broker.url);
    connection.on('error', () => {});
    channel = await connection.createConfirmChannel();
    queue = `events-${randomUUID()}`;
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  });
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    }
    await channel.deleteQueue(queue).catch(() => {});
    await connection.close().catch(() => {});
  });

  const consume = (...flags: string[]): GatewayProcess => {
    const database = new URL(gateway.databaseUrl);
    database.hostname = '127.0.0.1';
    database.port = String(wire.port);
    const started = startProcess(
      ['consume', 'rabbitmq', '--queue', queue, '--tenant', gateway.tenant.slug, '--port', '0', ...flags],
      { DATABASE_URL: database.href, RABBITMQ_URL: broker.url, LOG_LEVEL: 'info' },
    );
    running.push(started);
    return started;
  };
  const stop = async (consumer: GatewayProcess) => {
    consumer.child.kill('SIGTERM');
    expect(await consumer.exited, consumer.said.join('\n')).toEqual({ code: 0, signal: null });
  };
  const publish = async (body: string | Buffer, options: Options.Publish = {}) => {
    channel.sendToQueue(queue, Buffer.from(body), { persistent: true, ...options });
  };
  const publishEvents = async (events: readonly unknown[]) => {
    for (const event of events) await publish(JSON.stringify(event), { contentType: 'application/json' });
    await channel.waitForConfirms();
  };
  /** Of 50 players, under ids that begin with the queue's name. */
  const events = (count: number, from = 0) =>
    Array.from({ length: count }, (_, at) =>
      anEvent({
        id: `${queue}-${from + at}`,
        player: `${queue}-p${at % 50}`,
        data: { amount: 100, currency: 'BRL' },
      }),
    );
  const stored = async (): Promise<number> => {
    const [row] = await gateway.running.db.sql<{ count: number }[]>`
      SELECT count(*)::int AS count FROM crmbet.events WHERE event_id LIKE ${`${queue}-%`}`;
    return row?.count ?? 0;
  };
  /** What is folded is folded once: a ledger that let an event through twice would show here. */
  const deposited = async () => {
    const rows = await gateway.running.db.sql<{ count: number; amount: string }[]>`
      SELECT coalesce(sum(d.deposits_count), 0)::int AS count, coalesce(sum(d.deposits_amount), 0)::text AS amount
      FROM crmbet.player_day d JOIN crmbet.players p USING (tenant_id, player_id)
      WHERE p.external_id LIKE ${`${queue}-%`}`;
    return rows[0];
  };
  const left = async () => (await channel.checkQueue(queue)).messageCount;
  const expectAllOnce = async (count: number) => {
    await eventually(async () => expect(await stored()).toBe(count), 50_000);
    expect(await deposited()).toEqual({ count, amount: String(count * 100) });
  };
  const metric = async (url: string, name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}{channel="rabbitmq"`));
    return Number(line?.split(' ').at(-1));
  };

  it('stores twenty thousand events exactly once, says so in its metrics, and leaves nothing in the queue', async () => {
    await publishEvents(events(20_000));
    const consumer = consume();
    const url = await consumer.ready();
    await expectAllOnce(20_000);
    await eventually(async () => expect(await metric(url, 'crmbet_consumer_messages_total')).toBe(20_000));
    expect(await metric(url, 'crmbet_consumer_events_total')).toBe(20_000);
    expect(await metric(url, 'crmbet_consumer_waiting_events')).toBe(0);
    await eventually(async () => expect(await metric(url, 'crmbet_consumer_lag_messages')).toBe(0));
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await stop(consumer);
    expect(await left()).toBe(0);
  });

  it('killed in the middle and started again stores everything exactly once', async () => {
    await publishEvents(events(20_000));
    const first = consume('--batch', '200', '--prefetch', '500');
    await first.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(1000), 40_000);
    first.child.kill('SIGKILL');
    await first.exited;
    const half = await stored();
    // Proof of the fault: some of it was stored, and not all.
    expect(half).toBeLessThan(20_000);
    await eventually(async () => expect(await left()).toBeGreaterThan(0));
    const second = consume();
    await second.ready();
    await expectAllOnce(20_000);
    await stop(second);
    expect(await left()).toBe(0);
  });

  it('takes one event, a batch, NDJSON and gzip, and keeps what is bad in between among the dead letters', async () => {
    const [one, two, three, four, five, six] = events(6);
    const replayed = events(2, 6);
    const rejected = { ...anEvent({ id: `${queue}-rejected`, player: `${queue}-p0` }), time: 'yesterday' };
    await publish(JSON.stringify(one), { contentType: 'application/json' });
    await publish('{"id":', { contentType: 'application/json' });
    await publish(JSON.stringify({ events: [two, rejected, three] }));
    await publish(`${JSON.stringify(four)}\n${queue} is no JSON\n${JSON.stringify(five)}\n`, {
      contentType: 'application/x-ndjson',
    });
    await publish(Buffer.from([0xff, 0x00, 0xfe]));
    await publish('<event/>', { contentType: 'application/xml' });
    await publish(JSON.stringify({ events: replayed, replay: true }));
    await publish(JSON.stringify({ ...one, data: { amount: 999, currency: 'BRL' } }));
    await publish(gzipSync(JSON.stringify(six)), { contentEncoding: 'gzip' });
    await channel.waitForConfirms();
    const consumer = consume();
    await consumer.ready();
    await expectAllOnce(8);
    await eventually(async () => {
      const letters = await gateway.running.db.sql<{ channel: string; code: string; raw: string }[]>`
        SELECT channel, code, raw FROM crmbet.dead_letters ORDER BY code, raw`;
      expect(letters.map(({ channel, code }) => `${channel} ${code}`)).toEqual([
        'rabbitmq body_not_json',
        'rabbitmq body_not_json',
        'rabbitmq body_not_json',
        'rabbitmq content_type_unsupported',
        'rabbitmq event_conflict',
        'rabbitmq event_invalid',
      ]);
      const all = letters.map(({ raw }) => raw).join('\n');
      for (const text of [`${queue} is no JSON`, '<event/>', `${queue}-rejected`])
        expect(all).toContain(text);
    });
    await stop(consumer);
    expect(await left()).toBe(0);
  });

  it('waits while PostgreSQL is out of reach, and goes on by itself', async () => {
    const consumer = consume('--batch', '100');
    await consumer.ready();
    await publishEvents(events(2000));
    await eventually(async () => expect(await stored()).toBeGreaterThan(0));
    wire.cut();
    try {
      await publishEvents(events(3000, 2000));
      await eventually(async () => expect(consumer.said.join('\n')).toContain('events were not stored yet'));
      const before = await stored();
      await new Promise((next) => setTimeout(next, 3000));
      // Proof of the fault: nothing gets through, and the messages are still the broker's.
      expect(await stored()).toBe(before);
      expect(before).toBeLessThan(5000);
    } finally {
      wire.restore();
    }
    await expectAllOnce(5000);
    expect(consumer.child.exitCode).toBeNull();
    await stop(consumer);
    expect(await left()).toBe(0);
    const letters = await gateway.running.db.sql`
      SELECT 1 FROM crmbet.dead_letters WHERE raw LIKE ${`%${queue}-%`}`;
    expect(letters).toHaveLength(0);
  });

  it('told to end finishes what is in flight, acknowledges it, and gives the rest back', async () => {
    await publishEvents(events(20_000));
    const consumer = consume('--batch', '100', '--prefetch', '300');
    await consumer.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(500), 40_000);
    await stop(consumer);
    const [inStore, inQueue] = [await stored(), await left()];
    // Proof of the fault: it was told in the middle.
    expect(inQueue).toBeGreaterThan(0);
    // What is stored is acknowledged, to the last message.
    expect(inStore + inQueue).toBe(20_000);
    const second = consume();
    await second.ready();
    await expectAllOnce(20_000);
    await stop(second);
  });

  it.skipIf(Boolean(process.env.RABBITMQ_URL))('connects again to a broker that crashed', async () => {
    await publishEvents(events(3000));
    const consumer = consume('--batch', '100', '--prefetch', '100');
    await consumer.ready();
    await eventually(async () => expect(await stored()).toBeGreaterThan(0));
    await broker.crash();
    await eventually(
      async () => expect(consumer.said.join('\n')).toContain('connected to the broker again'),
      40_000,
    );
    await expectAllOnce(3000);
    await stop(consumer);
    connection = await connect(broker.url);
    channel = await connection.createConfirmChannel();
    expect(await left()).toBe(0);
  });

  it('is done by a gateway beside serving, where CRMBET_CONSUME says so', async () => {
    const { slug, secretKey } = gateway.tenant;
    await publishEvents(events(500));
    const server = startProcess(['serve'], {
      DATABASE_URL: gateway.databaseUrl,
      PORT: '0',
      CRMBET_CONSUME: 'rabbitmq',
      CRMBET_TENANT: slug,
      RABBITMQ_URL: broker.url,
      RABBITMQ_QUEUE: queue,
    });
    running.push(server);
    const url = await server.ready();
    await expectAllOnce(500);
    const player = await fetch(`${url}/v1/players/${queue}-p1`, {
      headers: { authorization: `Bearer ${secretKey}` },
    });
    expect(player.status).toBe(200);
    await stop(server);
    expect(await left()).toBe(0);
  });

  it('is refused for an operator that does not exist', async () => {
    const consumer = consume('--tenant', 'nobody');
    expect((await consumer.exited).code).toBe(1);
    expect(consumer.said.join('\n')).toContain('There is no operator called nobody.');
  });

  it('waits for a queue that is not there yet', async () => {
    await channel.deleteQueue(queue);
    const consumer = consume();
    await consumer.ready();
    await eventually(async () => expect(consumer.said.join('\n')).toMatch(/NOT_FOUND|no queue/));
    await channel.assertQueue(queue, { durable: true });
    await publishEvents(events(10));
    await expectAllOnce(10);
    await stop(consumer);
  });
});
