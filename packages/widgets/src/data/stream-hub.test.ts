import { describe, expect, it } from 'vitest';
import { StreamHub, type StreamState } from './stream-hub.ts';
import type { StreamMessage } from './wire.ts';

const message = (id: string): StreamMessage => ({
  id,
  event: 'segment.entered',
  data: { segment: { id: 's', name: 'S' }, player: 'p-1', at: '2026-05-05T14:03:00Z' },
});

/** A stream that says what it is told to, for as long as nobody ends it. */
function source() {
  const opened: { player: string | undefined; signal: AbortSignal; say(message: StreamMessage): void }[] = [];
  const open = async function* ({ player, signal }: { player?: string; signal: AbortSignal }) {
    const waiting: StreamMessage[] = [];
    let wake = () => {};
    opened.push({
      player,
      signal,
      say: (each) => {
        waiting.push(each);
        wake();
      },
    });
    signal.addEventListener('abort', () => wake());
    while (!signal.aborted) {
      yield* waiting.splice(0);
      await new Promise<void>((next) => {
        wake = next;
      });
    }
  };
  return { opened, open };
}

const turn = () => new Promise((next) => setTimeout(next, 0));

describe('StreamHub', () => {
  it('opens one connection for all who watch the same, and closes it after the last', async () => {
    const { opened, open } = source();
    const hub = new StreamHub(open);
    const heard: string[] = [];
    const first = hub.listen(null, { message: ({ id }) => heard.push(`a${id}`) });
    const second = hub.listen(null, { message: ({ id }) => heard.push(`b${id}`) });
    const other = hub.listen('p-1', { message: ({ id }) => heard.push(`c${id}`) });
    await turn();
    expect(opened.map(({ player }) => player)).toEqual([undefined, 'p-1']);
    opened[0]?.say(message('1'));
    await turn();
    expect(heard).toEqual(['a1', 'b1']);
    first();
    expect(opened[0]?.signal.aborted).toBe(false);
    second();
    other();
    expect(opened.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('tells a newcomer the state, and everybody its change', async () => {
    const { open } = source();
    const hub = new StreamHub(open);
    const states: StreamState[] = [];
    const end = hub.listen(null, { state: (state) => states.push(state) });
    hub.say('live');
    hub.say('live');
    hub.say('reconnecting');
    end();
    hub.say('live');
    expect(states).toEqual(['connecting', 'live', 'reconnecting']);
  });

  it('does not knock again where it may not enter', async () => {
    let tries = 0;
    const next = async (): Promise<IteratorResult<StreamMessage>> => {
      tries += 1;
      throw Object.assign(new Error('no'), { status: 403, code: 'scope_missing' });
    };
    const hub = new StreamHub(() => ({ [Symbol.asyncIterator]: () => ({ next }) }));
    const states: StreamState[] = [];
    hub.listen(null, { state: (state) => states.push(state) });
    await turn();
    await turn();
    expect([tries, states.at(-1)]).toEqual([1, 'refused']);
  });
});
