import { describe, expect, it } from 'vitest';
import { sayWhy } from './consumer-context.ts';

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
