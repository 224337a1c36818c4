import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { StreamService } from './stream-service.ts';

const principal = { tenantId: 't-1', kind: 'secret', subject: 'k', scopes: [] } as const;
const message = (id: string, player = 'p-1') => ({
  event: 'player.event' as const,
  data: { id, type: 'quest.done', player, time: '2026-05-05T14:03:00.000Z', brand: null, data: {} },
});

const take = async (
  subscription: AsyncIterable<{ id: string; data: object }> | { id: string; data: object }[],
  count: number,
) => {
  const taken: { id: string; data: object }[] = [];
  if (count === 0) return taken;
  for await (const one of subscription) if (taken.push(one) === count) break;
  return taken;
};
const idsOf = (messages: { data: object }[]) =>
  messages.map(({ data }) => ('id' in data ? data.id : undefined));

describe('StreamService', () => {
  it('gives each tenant its own messages, in order', async () => {
    const stream = new StreamService();
    const [mine, theirs] = [
      stream.subscribe(principal, { after: undefined }),
      stream.subscribe({ ...principal, tenantId: 't-2' }, { after: undefined }),
    ];
    for (const id of ['a', 'b', 'c']) stream.publish('t-1', message(id));
    stream.publish('t-2', message('d'));
    expect(idsOf(await take(mine, 3))).toEqual(['a', 'b', 'c']);
    expect(idsOf(await take(theirs, 1))).toEqual(['d']);
  });

  it('goes on after the last message seen', async () => {
    const stream = new StreamService();
    const first = stream.subscribe(principal, { after: undefined });
    for (const id of ['a', 'b', 'c', 'd']) stream.publish('t-1', message(id, id < 'c' ? 'p-1' : 'p-2'));
    const [, second] = await take(first, 2);
    expect(idsOf(await take(stream.subscribe(principal, { after: second?.id }), 2))).toEqual(['c', 'd']);
    const filtered = stream.subscribe(principal, { after: second?.id, player: 'p-1' });
    stream.publish('t-1', message('e'));
    expect(idsOf(await take(filtered, 1))).toEqual(['e']);
  });

  it('says that there may be a gap where it does not know the last message seen, and not before', async () => {
    const stream = new StreamService();
    const first = stream.subscribe(principal, { after: undefined });
    stream.publish('t-1', message('old'));
    const [old] = await take(first, 1);
    for (const after of ['another-boot-7', '', old?.id.replace(/-1$/, '-99') ?? '']) {
      const [reset] = await take(stream.subscribe(principal, { after, player: 'p-9' }), 1);
      expect(reset).toMatchObject({ event: 'stream.reset', data: {} });
      // The reset itself is a place to go on from.
      const next = stream.subscribe(principal, { after: reset?.id });
      stream.publish('t-1', message('next'));
      expect(idsOf(await take(next, 1))).toEqual(['next']);
    }
    for (let n = 0; n < 2100; n += 1) stream.publish('t-1', message(`m${n}`));
    const [late] = await take(stream.subscribe(principal, { after: old?.id }), 1);
    expect(late).toMatchObject({ event: 'stream.reset' });
  });

  it('gives a place also to a reader to whom nothing has happened', async () => {
    const stream = new StreamService();
    const quiet = stream.subscribe(principal, { after: undefined, player: 'quiet' });
    const start = quiet.position();
    for (let n = 0; n < 5000; n += 1) stream.publish('t-1', message(`m${n}`));
    const place = quiet.position();
    stream.publish('t-1', message('to me', 'quiet'));
    // Not past what was not taken yet.
    expect(quiet.position()).toBeUndefined();
    const back = stream.subscribe(principal, { after: place, player: 'quiet' });
    expect(idsOf(await take(back, 1))).toEqual(['to me']);
    const [reset] = await take(stream.subscribe(principal, { after: start, player: 'quiet' }), 1);
    expect(reset).toMatchObject({ event: 'stream.reset' });
  });

  it('still has what a reader missed whom it let go', async () => {
    const stream = new StreamService();
    const slow = stream.subscribe(principal, { after: undefined });
    stream.publish('t-1', message('seen'));
    const [seen] = await take(slow, 1);
    const reader = stream.subscribe(principal, { after: seen?.id });
    let behind = false;
    reader.onBehind(() => {
      behind = true;
    });
    let sent = 0;
    while (!behind && sent < 10_000) stream.publish('t-1', message(`m${sent++}`));
    const missed = await take(stream.subscribe(principal, { after: seen?.id }), sent);
    expect(idsOf(missed)).toEqual(Array.from({ length: sent }, (_, n) => `m${n}`));
  });

  it('lets a reader go that is too far behind, and keeps the others', async () => {
    const stream = new StreamService();
    const [slow, quick] = [
      stream.subscribe(principal, { after: undefined }),
      stream.subscribe(principal, { after: undefined }),
    ];
    const reading = take(quick, 2500);
    for (let n = 0; n < 2500; n += 1) {
      stream.publish('t-1', message(`m${n}`));
      if (n % 100 === 0) await new Promise((next) => setImmediate(next));
    }
    expect(await reading).toHaveLength(2500);
    expect(await take(slow, 1)).toEqual([]);
  });

  it('ends every stream at once, and refuses more than it can hold', async () => {
    const stream = new StreamService();
    const open = Array.from({ length: 2000 }, () => stream.subscribe(principal, { after: undefined }));
    expect(() => stream.subscribe(principal, { after: undefined })).toThrow(CrmbetError);
    const waiting = take(open[0] ?? [], 1);
    stream.closeAll();
    expect(await waiting).toEqual([]);
    expect(stream.openStreams).toBe(0);
  });
});
