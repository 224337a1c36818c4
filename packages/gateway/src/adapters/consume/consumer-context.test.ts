import { gzipSync } from 'node:zlib';
import { Registry } from '@prometheus-io/client';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../observability/logger.ts';
import { type ConsumerContext, openIntake, sayWhy, takeMessage } from './consumer-context.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';

describe('a message that is taken in', () => {
  it('counts as much as it is unpacked, so that the stream waits before the memory is full', async () => {
    const never = new Promise<never>(() => {});
    const context: ConsumerContext = {
      channel: 'rabbitmq',
      target: { send: () => never, keep: () => never },
      log: createLogger('silent'),
      metrics: new ConsumerMetrics(new Registry()),
      replay: false,
      batch: 1000,
    };
    const intake = openIntake(context);
    const text = JSON.stringify({ player: 'p', note: 'x'.repeat(7 * 1024 * 1024) });
    const message = { body: gzipSync(text), contentType: 'application/json', contentEncoding: 'gzip' };
    expect(message.body.byteLength).toBeLessThan(20_000);
    let taken = 0;
    const pump = (async () => {
      for (let n = 0; n < 20; n += 1) {
        await takeMessage(context, intake, message, () => {});
        taken += 1;
      }
    })();
    // Nine are 63 MB, of the 64 that may wait; for the tenth there is no more room behind it.
    await expect.poll(() => intake.waiting).toBe(10);
    await new Promise((next) => setTimeout(next, 50));
    expect(taken).toBe(9);
    intake.abandon();
    await pump;
  });
});

describe('why a connection was lost', () => {
  it('is said once, down to the cause', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:9092');
    const inner = new AggregateError([new Error('first'), refused], 'Cannot connect to any broker.');
    const outer = new AggregateError([inner], 'join failed.');
    expect(sayWhy(new AggregateError([outer], 'join failed.'))).toBe(
      'join failed. Cannot connect to any broker. connect ECONNREFUSED 127.0.0.1:9092',
    );
    expect(sayWhy(new AggregateError([refused], ''))).toBe(refused.message);
    expect(sayWhy(new Error('a', { cause: new Error('b') }))).toBe('a b');
    expect(sayWhy('text')).toBe('text');
    const loop = new Error('loop');
    loop.cause = new Error('again', { cause: loop });
    expect(sayWhy(loop)).toBe('loop again');
  });
});
