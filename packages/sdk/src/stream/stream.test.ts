import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKeyCredential } from '../core/credential.ts';
import { Transport } from '../core/transport.ts';
import { PermissionError } from '../errors.ts';
import { problem, ScriptedServer } from '../testing/scripted-server.ts';
import type { StreamMessage } from '../types.ts';
import { Stream } from './stream.ts';

let server: ScriptedServer;
let stream: Stream;
let waits: number[];

const streamOver = (baseUrl: string, silenceMs?: number) =>
  new Stream(
    new Transport({
      baseUrl,
      credential: apiKeyCredential('sk_test'),
      timeout: 5_000,
      maxRetries: 2,
      fetch: (url, init) => fetch(url, init),
      logger: { debug() {}, warn() {} },
    }),
    {
      sleep: async (ms) => {
        waits.push(ms);
      },
      ...(silenceMs === undefined ? {} : { silenceMs }),
    },
  );

let baseUrl: string;
beforeEach(async () => {
  waits = [];
  server = new ScriptedServer();
  baseUrl = await server.start();
  stream = streamOver(baseUrl);
});
afterEach(() => server.stop());

const message = (id: number) =>
  `event: player.event\ndata: ${JSON.stringify({ id: `e${id}`, type: 'aposta ⚽', player: 'p-1' })}\nid: ${id}\n\n`;

/** Sends bytes a few at a time, then ends or stays open. */
const bytes = (text: string, after: 'end' | 'cut' | 'stay') => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const all = Buffer.from(text);
  const next = (from: number): void => {
    if (from < all.length) {
      response.write(all.subarray(from, from + 7), () => setImmediate(() => next(from + 7)));
    } else if (after === 'end') response.end();
    else if (after === 'cut') response.socket?.destroy();
  };
  next(0);
};

const take = async (messages: AsyncIterable<StreamMessage>, count: number) => {
  const taken: StreamMessage[] = [];
  for await (const one of messages) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
};

describe('stream.open', () => {
  it('gives typed messages, whatever the pieces they come in', async () => {
    server.script(bytes(`: open\n\n${message(1)}${message(2)}`, 'stay'));
    expect(await take(stream.open({ player: 'p/1' }), 2)).toEqual([
      { id: '1', event: 'player.event', data: { id: 'e1', type: 'aposta ⚽', player: 'p-1' } },
      { id: '2', event: 'player.event', data: { id: 'e2', type: 'aposta ⚽', player: 'p-1' } },
    ]);
    const [request] = server.received;
    expect(request?.url).toBe('/v1/stream?player=p%2F1');
    expect(request?.headers).toMatchObject({ authorization: 'Bearer sk_test', accept: 'text/event-stream' });
  });

  it('goes on after the last message when the connection ends, is cut, or the gateway is busy', async () => {
    server.script(
      bytes(message(1), 'end'),
      bytes(`${message(2)}event: player.event\ndata: {"half`, 'cut'),
      problem(503, 'overloaded'),
      bytes(message(3), 'stay'),
    );
    expect((await take(stream.open(), 3)).map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(server.received.map(({ headers }) => headers['last-event-id'])).toEqual([
      undefined,
      '1',
      '2',
      '2',
    ]);
    expect(waits).toHaveLength(3);
  });

  it('goes on from the place that the gateway gives while nothing happens, once the place is whole', async () => {
    server.script(
      bytes(': open\nid: 7\n\n', 'end'),
      bytes(': still here\nid: 8\n\n: still here\nid: 9\n', 'cut'),
      bytes(message(10), 'stay'),
    );
    expect((await take(stream.open(), 1)).map(({ id }) => id)).toEqual(['10']);
    expect(server.received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '8']);
  });

  it('says where there may be a gap', async () => {
    server.script(bytes('event: stream.reset\ndata: {}\nid: 3\n\n', 'stay'));
    expect(await take(stream.open({ lastEventId: 'old' }), 1)).toEqual([
      { id: '3', event: 'stream.reset', data: {} },
    ]);
  });

  it('waits at least as long as the server asks', async () => {
    server.script(bytes(`retry: 60000\n\n${message(1)}`, 'end'), bytes(message(2), 'stay'));
    await take(stream.open(), 2);
    expect(waits).toEqual([60_000]);
  });

  it('waits once as long as Retry-After says', async () => {
    const busy = { ...problem(503, 'overloaded'), headers: { 'retry-after': '40' } };
    server.script(busy, bytes(message(1), 'end'), bytes(message(2), 'stay'));
    await take(stream.open(), 2);
    expect(waits).toEqual([40_000, expect.closeTo(250, -3)]);
  });

  it('takes a connection without a heartbeat for dead', async () => {
    server.script(bytes(message(1), 'stay'), bytes(message(2), 'stay'));
    expect((await take(streamOver(baseUrl, 700).open(), 2)).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('ends on abort without an error: while it reads, between connections, and before it starts', async () => {
    const reading = new AbortController();
    server.script(bytes(message(1), 'stay'));
    for await (const _ of stream.open({ signal: reading.signal })) setImmediate(() => reading.abort());
    const before = stream.open({ signal: AbortSignal.abort() });
    expect((await before.next()).done).toBe(true);
    expect(server.received).toHaveLength(1);
    const between = new AbortController();
    server.script((response) => {
      between.abort();
      response.socket?.destroy();
    });
    for await (const _ of stream.open({ signal: between.signal })) expect.unreachable();
    expect(server.received).toHaveLength(2);
  });

  it('passes over events that it does not know, and data that is not JSON', async () => {
    server.script(
      bytes(`event: player.born\ndata: {}\n\nevent: player.event\ndata: {\n\n${message(3)}`, 'stay'),
    );
    expect((await take(stream.open(), 1)).map(({ id }) => id)).toEqual(['3']);
  });

  it('throws when the gateway refuses for good', async () => {
    server.script(problem(403, 'scope_missing'));
    await expect(stream.open().next()).rejects.toThrow(PermissionError);
  });
});
