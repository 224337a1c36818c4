import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config.ts';
import { consumersOf, consumeSettings } from './consume-settings.ts';

const kafka = { KAFKA_URL: 'k:9092', KAFKA_TOPICS: 'bets, deposits,bets', CRMBET_TENANT: 'arena' };
const rabbitmq = { RABBITMQ_URL: 'amqp://u:secret@r/', RABBITMQ_QUEUE: 'events', CRMBET_TENANT: 'arena' };

describe('the settings of a consumer', () => {
  it('come from the environment', () => {
    expect(consumeSettings('kafka', {}, kafka)).toEqual({
      channel: 'kafka',
      tenant: 'arena',
      replay: false,
      batch: 1000,
      kafka: {
        brokers: ['k:9092'],
        tls: false,
        sasl: undefined,
        topics: ['bets', 'deposits'],
        group: 'crmbet',
      },
    });
    expect(
      consumeSettings(
        'rabbitmq',
        {},
        { ...rabbitmq, RABBITMQ_PREFETCH: '50', CRMBET_CONSUME_REPLAY: 'true', CRMBET_CONSUME_BATCH: '7' },
      ),
    ).toEqual({
      channel: 'rabbitmq',
      tenant: 'arena',
      replay: true,
      batch: 7,
      rabbitmq: { url: 'amqp://u:secret@r/', queue: 'events', prefetch: 50 },
    });
  });

  it('come from flags first', () => {
    const flags = { url: 'x:1', topic: ['a,b', 'c'], group: 'g', tenant: 't', batch: '5', replay: true };
    expect(consumeSettings('kafka', flags, kafka)).toEqual({
      channel: 'kafka',
      tenant: 't',
      replay: true,
      batch: 5,
      kafka: { brokers: ['x:1'], tls: false, sasl: undefined, topics: ['a', 'b', 'c'], group: 'g' },
    });
    const queue = { url: 'amqps://x', queue: 'q', prefetch: '9' };
    expect(consumeSettings('rabbitmq', queue, rabbitmq)).toMatchObject({
      rabbitmq: { url: 'amqps://x', queue: 'q', prefetch: 9 },
    });
  });

  it('that are missing or wrong are named, and no password with them', () => {
    const wrong: [Parameters<typeof consumeSettings>, RegExp][] = [
      [['kafka', {}, { ...kafka, CRMBET_TENANT: '' }], /--tenant, or CRMBET_TENANT/],
      [['kafka', {}, { ...kafka, KAFKA_URL: undefined }], /--url, or KAFKA_URL/],
      [['kafka', {}, { ...kafka, KAFKA_TOPICS: ' ,' }], /--topic, or KAFKA_TOPICS/],
      [['kafka', { topic: ['a b'] }, kafka], /"a b" is not a name/],
      [['kafka', { batch: '1001' }, kafka], /--batch cannot be used/],
      [['rabbitmq', {}, { ...rabbitmq, RABBITMQ_QUEUE: '' }], /--queue, or RABBITMQ_QUEUE/],
      [['rabbitmq', { prefetch: 'many' }, rabbitmq], /--prefetch cannot be used/],
      [['rabbitmq', { url: 'http://u:secret@r/' }, rabbitmq], /amqps/],
      [
        ['rabbitmq', {}, { ...rabbitmq, CRMBET_CONSUME_REPLAY: 'yes' }],
        /CRMBET_CONSUME_REPLAY cannot be used/,
      ],
    ];
    for (const [call, sentence] of wrong) {
      expect(() => consumeSettings(...call)).toThrow(ConfigError);
      expect(() => consumeSettings(...call)).toThrow(sentence);
      expect(() => consumeSettings(...call)).not.toThrow(/secret/);
    }
  });

  it('say which brokers a gateway reads beside serving', () => {
    expect(consumersOf({})).toEqual([]);
    const both = consumersOf({ ...kafka, ...rabbitmq, CRMBET_CONSUME: 'kafka, rabbitmq' });
    expect(both.map(({ channel }) => channel)).toEqual(['kafka', 'rabbitmq']);
    expect(() => consumersOf({ CRMBET_CONSUME: 'nats' })).toThrow(/CRMBET_CONSUME cannot be used/);
  });
});
