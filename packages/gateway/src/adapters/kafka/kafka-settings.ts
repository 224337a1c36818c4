import { ConfigError } from '../../config/config.ts';

export type KafkaSettings = {
  /** host:port */
  brokers: string[];
  tls: boolean;
  sasl: { mechanism: SaslMechanism; username: string; password: string } | undefined;
  topics: string[];
  group: string;
};

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type SaslMechanism = (typeof mechanisms)[number];

/**
 * `kafka://user:password@host:9092,host:9092?sasl=scram-sha-512`, or `kafkas://` for TLS; the scheme and the rest may be left out.
 *
 * @throws {ConfigError} whose sentence never holds the text, since that may hold a password
 */
export function readBrokers(text: string): Pick<KafkaSettings, 'brokers' | 'tls' | 'sasl'> {
  const { scheme, user, hosts, query } =
    /^(?:(?<scheme>[a-z]+):\/\/)?(?:(?<user>[^@/]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/.exec(
      text.trim(),
    )?.groups ?? {};
  if (hosts === undefined || (scheme !== undefined && scheme !== 'kafka' && scheme !== 'kafkas')) {
    throw new ConfigError(
      'The address of Kafka cannot be used: write it as kafka://host:9092,host:9092, or with kafkas:// for TLS.',
    );
  }
  const brokers = hosts.split(',').map((host) => host.trim());
  if (!brokers.every((broker) => /^(\[[0-9a-f:]+\]|[\w.-]+):\d+$/i.test(broker)))
    throw new ConfigError('Each broker of Kafka has to be named with its port, such as kafka-1:9092.');
  const wanted = (new URLSearchParams(query).get('sasl') ?? 'PLAIN').toUpperCase();
  const mechanism = mechanisms.find((known) => known === wanted);
  if (mechanism === undefined)
    throw new ConfigError('The sasl of Kafka’s address has to be plain, scram-sha-256 or scram-sha-512.');
  const [name = '', ...password] = user?.split(':') ?? [];
  return {
    brokers,
    tls: scheme === 'kafkas',
    sasl:
      user === undefined
        ? undefined
        : { mechanism, username: decode(name), password: decode(password.join(':')) },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError('A % in the user or password of Kafka’s address has to be written as %25.');
  }
}
