import { Command } from 'commander';
import { Hono } from 'hono';
import { type ConsumeFlags, consumeSettings } from '../adapters/consume/consume-settings.ts';
import type { Channel } from '../adapters/consume/consumer-metrics.ts';
import { startConsumers } from '../adapters/consume/start-consumer.ts';
import { readConfig } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import { createServices, type Running } from '../services/create-services.ts';
import type { Lifetime } from './lifetime.ts';
import { listen } from './listen.ts';
import { joinStore } from './open-store.ts';
import type { RunUntilEnd } from './run-until-end.ts';

type Flags = ConsumeFlags & { port?: string };

export const consumeCommand = (runUntilEnd: RunUntilEnd): Command =>
  new Command('consume')
    .description('Read events from a broker and store them, until told to end')
    .addHelpText(
      'after',
      '\nWhat each flag says, a variable of the environment can say too: docs/streams.md.',
    )
    .addCommand(
      common(
        'kafka',
        'Read topics of Kafka, or of what speaks its protocol, as a member of a group',
        runUntilEnd,
      )
        .option('--url <address>', 'kafka://host:9092,host:9092, or kafkas:// for TLS; KAFKA_URL')
        .option('--topic <names...>', 'topics to read; KAFKA_TOPICS')
        .option('--group <name>', 'the consumer group; KAFKA_GROUP, or crmbet'),
    )
    .addCommand(
      common('rabbitmq', 'Read a queue of RabbitMQ', runUntilEnd)
        .option('--url <address>', 'amqp://user:password@host:5672/vhost, or amqps://; RABBITMQ_URL')
        .option('--queue <name>', 'the queue to read; RABBITMQ_QUEUE')
        .option(
          '--prefetch <number>',
          'messages sent ahead of our acknowledgements; RABBITMQ_PREFETCH, or 2000',
        ),
    );

const common = (channel: Channel, description: string, runUntilEnd: RunUntilEnd): Command =>
  new Command(channel)
    .description(description)
    .option('--tenant <slug>', 'the operator whose events they are; CRMBET_TENANT')
    .option('--replay', 'what comes is history: it moves players between segments and announces nothing')
    .option('--batch <number>', 'events stored by one call, up to 1000')
    .option('--port <number>', 'serve /metrics, /livez and /readyz here')
    .action((flags: Flags) => runUntilEnd((lifetime) => consume(channel, flags, lifetime)));

async function consume(channel: Channel, { port, ...flags }: Flags, lifetime: Lifetime): Promise<void> {
  const settings = consumeSettings(channel, flags, process.env);
  const config = readConfig({ ...process.env, PORT: port }, process.cwd());
  const log = createLogger(config.logLevel);
  const store = await joinStore(config, { log: (line) => process.stderr.write(`${line}\n`) });
  await lifetime.onEnd(() => store.close());
  lifetime.signal.throwIfAborted();
  // Segments and trainings are the work of gateways; what is stored here is told to them.
  const running = await createServices({
    databaseUrl: store.url,
    role: 'api',
    threads: config.threads,
    deadLetters: config.deadLetters,
    retention: config.retention,
    log,
  });
  await lifetime.onEnd(() => running.stop());
  let address = '';
  if (port !== undefined) {
    const listening = await listen(config);
    await lifetime.onEnd(() => listening.close());
    const pages = watchPages(running);
    listening.serve((request) => pages.fetch(request));
    address = ` ${listening.url}`;
  }
  const consumer = await startConsumers(running, [settings], log);
  await lifetime.onEnd(async () => {
    running.services.health.drain();
    await consumer.stop();
  });
  process.stdout.write(`ready${address}\n`);
}

/** What a consumer shows of itself. */
function watchPages({ services, metrics }: Running): Hono {
  const pages = new Hono();
  pages.get('/livez', (c) => c.json({ status: 'ok' }));
  pages.get('/readyz', async (c) => {
    const { ready, reason } = await services.health.ready();
    return c.json(ready ? { status: 'ok' } : { status: 'unavailable', reason }, ready ? 200 : 503);
  });
  pages.get('/metrics', async (c) =>
    c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
  return pages;
}
