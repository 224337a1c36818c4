import { z } from 'zod';
import { ConfigError } from '../../config/config.ts';
import { type KafkaSettings, readBrokers } from '../kafka/kafka-settings.ts';
import type { RabbitmqOptions } from '../rabbitmq/consume-rabbitmq.ts';
import type { Channel } from './consumer-metrics.ts';

export type ConsumeSettings = {
  /** The operator whose events they are. */
  tenant: string;
  replay: boolean;
  /** Events of a batch. */
  batch: number;
} & ({ channel: 'kafka'; kafka: KafkaSettings } | { channel: 'rabbitmq'; rabbitmq: RabbitmqOptions });

/** What the flags of `crmbet consume` say; each goes before the variable of the environment that says the same. */
export type ConsumeFlags = {
  url?: string;
  topic?: string[];
  group?: string;
  queue?: string;
  prefetch?: string;
  tenant?: string;
  batch?: string;
  replay?: boolean;
};

type Env = Record<string, string | undefined>;

const whole = (from: number, to: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${from} to ${to}` })
    .int()
    .min(from)
    .max(to);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/**
 * Where a consumer reads from and whose events it finds there.
 *
 * @throws {ConfigError}
 */
export function consumeSettings(channel: Channel, flags: ConsumeFlags, env: Env): ConsumeSettings {
  const common = {
    tenant: required(flags.tenant ?? env.CRMBET_TENANT, 'whose events they are', '--tenant', 'CRMBET_TENANT'),
    replay: flags.replay ?? read(flag.default(false), env.CRMBET_CONSUME_REPLAY, 'CRMBET_CONSUME_REPLAY'),
    batch: read(whole(1, 1000).default(1000), flags.batch ?? env.CRMBET_CONSUME_BATCH, '--batch'),
  };
  if (channel === 'kafka') {
    const topics = (flags.topic ?? [env.KAFKA_TOPICS ?? '']).flatMap((names) => names.split(','));
    return {
      ...common,
      channel,
      kafka: {
        ...readBrokers(required(flags.url ?? env.KAFKA_URL, 'where Kafka is', '--url', 'KAFKA_URL')),
        topics: checkNames(topics.map((topic) => topic.trim()).filter((topic) => topic !== '')),
        group: flags.group ?? (env.KAFKA_GROUP || 'crmbet'),
      },
    };
  }
  return {
    ...common,
    channel,
    rabbitmq: {
      url: checkAmqp(required(flags.url ?? env.RABBITMQ_URL, 'where RabbitMQ is', '--url', 'RABBITMQ_URL')),
      queue: required(flags.queue ?? env.RABBITMQ_QUEUE, 'which queue to read', '--queue', 'RABBITMQ_QUEUE'),
      prefetch: read(whole(1, 65_535).default(2000), flags.prefetch ?? env.RABBITMQ_PREFETCH, '--prefetch'),
    },
  };
}

/** The brokers that a gateway reads beside serving: CRMBET_CONSUME names them. */
export function consumersOf(env: Env): ConsumeSettings[] {
  const names = (env.CRMBET_CONSUME ?? '').split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      if (name !== 'kafka' && name !== 'rabbitmq')
        throw new ConfigError(
          'CRMBET_CONSUME cannot be used: it has to be kafka, rabbitmq, or both with a comma between.',
        );
      return consumeSettings(name, {}, env);
    });
}

function required(value: string | undefined, what: string, option: string, variable: string): string {
  if (value === undefined || value.trim() === '')
    throw new ConfigError(`Say ${what}: ${option}, or ${variable} in the environment.`);
  return value.trim();
}

function read<T>(schema: z.ZodType<T>, value: string | undefined, name: string): T {
  const parsed = schema.safeParse(value === '' ? undefined : value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${name} cannot be used: ${parsed.error.issues[0]?.message ?? 'it is not valid'}.`);
}

function checkNames(topics: string[]): string[] {
  if (topics.length === 0)
    throw new ConfigError(
      'Say which topics to read: --topic, or KAFKA_TOPICS in the environment, with commas between.',
    );
  const wrong = topics.find((topic) => !/^[\w.-]{1,249}$/.test(topic));
  if (wrong !== undefined)
    throw new ConfigError(`${JSON.stringify(wrong)} is not a name that a topic of Kafka may have.`);
  return [...new Set(topics)];
}

/** Its text may hold a password, so no sentence repeats it. */
function checkAmqp(text: string): string {
  if (!/^amqps?:\/\//.test(text) || !URL.canParse(text))
    throw new ConfigError(
      'The address of RabbitMQ cannot be used: write it as amqp://user:password@host:5672/vhost, or with amqps:// for TLS.',
    );
  return text;
}
