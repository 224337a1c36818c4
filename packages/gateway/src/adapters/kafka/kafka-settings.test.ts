import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config.ts';
import { readBrokers } from './kafka-settings.ts';

describe('the address of Kafka', () => {
  it('names brokers, with or without more', () => {
    const plain = { tls: false, sasl: undefined };
    expect(readBrokers('kafka-1:9092')).toEqual({ brokers: ['kafka-1:9092'], ...plain });
    expect(readBrokers(' kafka://10.0.0.1:9092, [::1]:9093/ ')).toEqual({
      brokers: ['10.0.0.1:9092', '[::1]:9093'],
      ...plain,
    });
    expect(readBrokers('kafkas://ana:p%40ss:w%2Frd@k:9093?sasl=scram-sha-512')).toEqual({
      brokers: ['k:9093'],
      tls: true,
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'ana', password: 'p@ss:w/rd' },
    });
    expect(readBrokers('kafka://ana:x@k:9092').sasl?.mechanism).toBe('PLAIN');
  });

  it('that cannot be used is refused without being repeated', () => {
    for (const text of [
      '',
      'http://secret@k:9092',
      'secret',
      'kafka://u:secret@k',
      'kafka://u:secret@k:9092?sasl=x',
      'u:%secret@k:1',
      'k:1,secret',
    ]) {
      expect(() => readBrokers(text), text).toThrow(ConfigError);
      expect(() => readBrokers(text), text).not.toThrow(/secret/);
    }
  });
});
