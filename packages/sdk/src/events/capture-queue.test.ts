import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CRMBet } from '../client.ts';
import type { CRMBetError } from '../errors.ts';
import { problem, type Received, ScriptedServer } from '../testing/scripted-server.ts';
import type { CRMBetEvent } from './event.ts';
import { takeWithin } from './take-within.ts';

let server: ScriptedServer;
let baseUrl: string;
let lost: { ids: string[]; reason: string }[];

beforeEach(async () => {
  server = new ScriptedServer();
  baseUrl = await server.start();
  lost = [];
  server.otherwise = accept;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.stop();
});

/** However busy the machine is. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 4_000, interval: 10 });
const eventsOf = ({ body }: Received): { id: string; type: string; time: string }[] =>
  JSON.parse(body).events;
const idsOf = (received: Received) => eventsOf(received).map(({ id }) => id);
const accept = (response: { end(text: string): void }, request: Received) =>
  response.end(
    JSON.stringify({ results: idsOf(request).map((id, index) => ({ index, id, status: 'accepted' })) }),
  );

const client = (
  more: { batchSize?: number; intervalMs?: number; capacity?: number; maxRetries?: number } = {},
) => {
  const { maxRetries = 0, ...capture } = more;
  return new CRMBet({
    apiKey: 'pk_test',
    baseUrl,
    maxRetries,
    capture: {
      intervalMs: 60_000,
      ...capture,
      onLost: (events: CRMBetEvent[], reason: CRMBetError) =>
        lost.push({ ids: events.map(({ id }) => id), reason: reason.message }),
    },
  });
};
const visit = (id: string) => ({ id, type: 'page.visited', player: 'p-1', data: {} });
const capture = (crmbet: CRMBet, ...ids: string[]) => {
  for (const id of ids) crmbet.events.capture(visit(id));
};

describe('events.capture', () => {
  it('fixes id and time, and sends in order when flushed', async () => {
    const crmbet = client();
    const id = crmbet.events.capture({ type: 'session.started', player: 'p-1', data: { sessionId: 's1' } });
    capture(crmbet, 'e2');
    await crmbet.events.flush();
    const [sent] = server.received;
    expect(sent && idsOf(sent)).toEqual([id, 'e2']);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(sent && eventsOf(sent)[0]?.time).toMatch(/Z$/);
    await crmbet.events.flush();
    expect(server.received).toHaveLength(1);
  });

  it('sends by itself when enough wait, and when one has waited', async () => {
    const full = client({ batchSize: 3 });
    capture(full, 'a', 'b', 'c');
    await eventually(() => expect(server.received.map(idsOf)).toEqual([['a', 'b', 'c']]));
    capture(client({ intervalMs: 10 }), 'd');
    await eventually(() => expect(server.received.map(idsOf)).toEqual([['a', 'b', 'c'], ['d']]));
  });

  it('sends the same ids again when the answer was lost', async () => {
    server.script((response) => response.socket?.destroy());
    const crmbet = client({ maxRetries: 1 });
    capture(crmbet, 'a', 'b');
    await crmbet.events.flush();
    expect(server.received.map(idsOf)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(lost).toEqual([]);
  });

  it('halves a batch that is too large, and gives up one event that is', async () => {
    server.otherwise = (response, request) => {
      if (!idsOf(request).includes('huge')) return accept(response, request);
      response.writeHead(413, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'too large', status: 413, code: 'body_too_large' }));
    };
    const crmbet = client({ batchSize: 100 });
    capture(crmbet, 'a', 'b', 'huge', 'c', 'd');
    await crmbet.events.flush();
    const arrived = server.received.map(idsOf).filter((ids) => !ids.includes('huge'));
    expect(arrived.flat()).toEqual(['a', 'b', 'c', 'd']);
    expect(lost).toEqual([{ ids: ['huge'], reason: expect.stringContaining('413') }]);
  });

  it('keeps what it could not send, and sends it later', async () => {
    server.script(problem(503, 'overloaded'));
    const crmbet = client();
    capture(crmbet, 'a');
    await crmbet.events.flush();
    expect(lost).toEqual([]);
    capture(crmbet, 'b');
    await crmbet.events.flush();
    expect(server.received.map(idsOf)).toEqual([['a'], ['a', 'b']]);
  });

  it('drops the oldest beyond its capacity, and says so', async () => {
    server.script(problem(503, 'overloaded'));
    const crmbet = client({ capacity: 2, batchSize: 10 });
    capture(crmbet, 'a', 'b', 'c');
    expect(lost).toEqual([{ ids: ['a'], reason: expect.stringContaining('full') }]);
    await crmbet.events.flush();
    await crmbet.events.flush();
    expect(server.received.map(idsOf)).toEqual([
      ['b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('tells of refused events, one by one, and of a batch refused whole', async () => {
    server.script({
      json: {
        results: [
          { index: 0, id: 'a', status: 'accepted' },
          {
            index: 1,
            id: 'b',
            status: 'rejected',
            code: 'event_invalid',
            errors: [{ pointer: '/data', detail: 'x' }],
          },
          { index: 2, id: 'c', status: 'conflict', code: 'event_conflict' },
          { index: 3, id: 'd', status: 'duplicate' },
        ],
      },
    });
    const crmbet = client();
    capture(crmbet, 'a', 'b', 'c', 'd');
    await crmbet.events.flush();
    expect(lost).toEqual([
      { ids: ['b'], reason: expect.stringContaining('/data x') },
      { ids: ['c'], reason: expect.stringContaining('event_conflict') },
    ]);
    server.script(problem(401, 'key_invalid'));
    capture(crmbet, 'e');
    await crmbet.events.flush();
    expect(lost[2]).toEqual({ ids: ['e'], reason: expect.stringContaining('key_invalid') });
    expect(server.received).toHaveLength(2);
  });

  it('when the page is left, sends with keepalive what fits, the batch in flight included', async () => {
    const page = new EventTarget();
    vi.stubGlobal('window', page);
    vi.stubGlobal('document', new EventTarget());
    const kept: boolean[] = [];
    const crmbet = new CRMBet({
      apiKey: 'pk_test',
      baseUrl,
      capture: { batchSize: 2, intervalMs: 60_000 },
      fetch: (url, init) => {
        kept.push(init.keepalive === true);
        return fetch(url, init);
      },
    });
    // The first batch hangs, as it may while the page goes.
    let letGo = () => {};
    server.script((response, request) => {
      letGo = () => accept(response, request);
    });
    capture(crmbet, 'a', 'b', 'c');
    await eventually(() => expect(server.received).toHaveLength(1));
    page.dispatchEvent(new Event('pagehide'));
    await eventually(() => expect(server.received).toHaveLength(2));
    expect(server.received.map(idsOf)).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
    expect(kept).toEqual([false, true]);
    letGo();
    await crmbet.events.flush();
    expect(server.received).toHaveLength(2);
  });
});

it('takeWithin takes the longest beginning whose JSON fits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' })),
      fc.integer({ min: 13, max: 200 }),
      (items, bytes) => {
        const size = (part: string[]) => new TextEncoder().encode(JSON.stringify({ events: part })).length;
        const taken = takeWithin(items, bytes);
        expect(taken).toEqual(items.slice(0, taken.length));
        expect(size(taken)).toBeLessThanOrEqual(bytes);
        if (taken.length < items.length)
          expect(size(items.slice(0, taken.length + 1))).toBeGreaterThan(bytes);
      },
    ),
  );
});
