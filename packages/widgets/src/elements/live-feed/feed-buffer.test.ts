import { describe, expect, it } from 'vitest';
import type { ToldMessage } from '../../data/wire.ts';
import { FeedBuffer } from './feed-buffer.ts';

const entered = (id: string): ToldMessage => ({
  id,
  event: 'segment.entered',
  data: { segment: { id: 's', name: 'S' }, player: 'p-1', at: '2026-05-05T14:03:00Z' },
});
const trained = (id: string, progress: number): ToldMessage => ({
  id,
  event: 'job.updated',
  data: {
    id: 'j',
    kind: 'train_model',
    state: 'running',
    progress,
    step: null,
    code: null,
    detail: null,
    model: null,
    version: null,
    createdAt: '2026-05-05T14:03:00Z',
    startedAt: null,
    finishedAt: null,
  },
});
const ids = (messages: readonly ToldMessage[]) => messages.map(({ id }) => id);

describe('FeedBuffer', () => {
  it('gives the newest first, and no more than fit', () => {
    const buffer = new FeedBuffer(3);
    for (const id of ['1', '2', '3', '4']) buffer.add(entered(id));
    expect(buffer.waiting).toBe(4);
    expect(ids(buffer.take())).toEqual(['4', '3', '2']);
    buffer.add(entered('5'));
    expect(ids(buffer.take())).toEqual(['5', '4', '3']);
    expect(buffer.waiting).toBe(0);
  });

  it('adds nothing twice, whether it is shown or waits', () => {
    const buffer = new FeedBuffer(3);
    expect([buffer.add(entered('1')), buffer.add(entered('1'))]).toEqual([true, false]);
    buffer.take();
    expect(buffer.add(entered('1'))).toBe(false);
  });

  it("keeps a training's latest word only", () => {
    const buffer = new FeedBuffer(5);
    buffer.add(trained('1', 0.1));
    buffer.add(entered('2'));
    buffer.take();
    buffer.add(trained('3', 0.5));
    expect(ids(buffer.take())).toEqual(['3', '2']);
  });
});
