import { Command } from 'commander';
import {
  type ConsumeFlags,
  type ConsumeSettings,
  consumeSettings,
} from '../adapters/consume/consume-settings.ts';
import type { Channel } from '../adapters/consume/consumer-metrics.ts';
import { startConsumers } from '../adapters/consume/start-consumer.ts';
import { type Config, readConfig } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import { createServices, type Running } from '../services/create-services.ts';
import { createWorkerApp } from '../worker-app.ts';
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
    connections: config.connections,
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
    const pages = createWorkerApp({ services: running.services, metrics: running.metrics, log });
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

/** Reads brokers beside serving, over the services of the gateway. */
export async function consumeBeside(
  running: Running,
  settings: readonly ConsumeSettings[],
  lifetime: Lifetime,
  logLevel: Config['logLevel'],
): Promise<void> {
  if (settings.length === 0) return;
  const consumers = await startConsumers(running, settings, createLogger(logLevel));
  await lifetime.onEnd(() => consumers.stop());
}
