import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CRMBet } from '../client.ts';
import { ConnectionError } from '../errors.ts';
import { type Answer, problem, type Received, ScriptedServer } from '../testing/scripted-server.ts';
import type { CRMBetEvent } from './event.ts';
import { partsOf } from './parts-of.ts';
import type { UploadCounts, UploadProblem } from './upload.ts';

let server: ScriptedServer;
let baseUrl: string;
beforeEach(async () => {
  server = new ScriptedServer();
  baseUrl = await server.start();
  server.otherwise = accept;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.stop();
});

const visit = (id: string, more: object = {}): CRMBetEvent => ({
  id,
  type: 'page.visited',
  player: 'p-1',
  time: '2026-05-05T14:03:00Z',
  data: { ...more },
});
const visits = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => visit(`e-${n}`, more));
const linesOf = ({ body }: Received) => body.trimEnd().split('\n');
const idsOf = (received: Received): string[] => linesOf(received).map((line) => JSON.parse(line).id);
const zero = { lines: 0, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
const ndjson = (...lines: object[]): Answer => ({
  headers: { 'content-type': 'application/x-ndjson' },
  text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
});
const end = (counts: Partial<typeof zero>, more: object = {}) => ({
  kind: 'end',
  ...zero,
  ...counts,
  unlisted: 0,
  ...more,
});
const stopped = (status: number, code: string) => ({
  problem: { type: `urn:crmbet:problem:${code}`, title: code, status, code, requestId: 'req_1' },
});
const accept: Answer = (response, request) => {
  const { length } = linesOf(request);
  response.end(`${JSON.stringify(end({ lines: length, accepted: length }))}\n`);
};
const client = (more: { maxRetries?: number; compress?: boolean } = {}) =>
  new CRMBet({ apiKey: 'sk_test', baseUrl, ...more });

async function* slowly<T>(items: T[], ms: number) {
  for (const item of items) {
    await new Promise((next) => setTimeout(next, ms));
    yield item;
  }
}

describe('events.stream', () => {
  it('sends lines, as gzip, and adds up what became of them', async () => {
    const counts = await client().events.stream(visits(50), { replay: true });
    expect(counts).toEqual({ events: 50, accepted: 50, duplicates: 0, conflicts: 0, rejected: 0 });
    const [sent] = server.received;
    expect(sent?.url).toBe('/v1/events?replay=true');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    });
    expect(sent && idsOf(sent)).toEqual(visits(50).map(({ id }) => id));
  });

  it('cuts what is long into requests, in order, from any source', async () => {
    const progress: UploadCounts[] = [];
    const many = visits(50, { note: 'x'.repeat(100_000) });
    const counts = await client().events.stream(slowly(many, 0), { onProgress: (now) => progress.push(now) });
    expect(counts).toMatchObject({ events: 50, accepted: 50 });
    expect(server.received.length).toBeGreaterThan(1);
    expect(server.received.flatMap(idsOf)).toEqual(many.map(({ id }) => id));
    expect(progress.map(({ events }) => events)).toEqual([20, 40, 50]);
    expect(await client().events.stream([])).toEqual({ ...counts, events: 0, accepted: 0 });
  });

  it('tells of each event that is not stored, by its place in the source', async () => {
    const problems: UploadProblem[] = [];
    const many = visits(25, { note: 'x'.repeat(100_000) });
    server.script(
      ndjson(
        { kind: 'progress', ...zero },
        { kind: 'item', line: 1, id: 'e-0', status: 'accepted' },
        end({ lines: 20, accepted: 20 }),
      ),
      ndjson(
        { kind: 'item', line: 2, id: 'e-21', status: 'conflict', code: 'event_conflict' },
        {
          kind: 'item',
          line: 5,
          id: 'e-24',
          status: 'rejected',
          code: 'event_invalid',
          errors: [{ pointer: '/data', detail: 'x' }],
        },
        end({ lines: 5, accepted: 2, duplicates: 1, conflicts: 1, rejected: 1 }),
      ),
    );
    const counts = await client().events.stream(many, { onProblem: (one) => problems.push(one) });
    expect(counts).toEqual({ events: 25, accepted: 22, duplicates: 1, conflicts: 1, rejected: 1 });
    expect(problems).toEqual([
      { event: many[21], index: 21, status: 'conflict', code: 'event_conflict', errors: [] },
      {
        event: many[24],
        index: 24,
        status: 'rejected',
        code: 'event_invalid',
        errors: [{ pointer: '/data', detail: 'x' }],
      },
    ]);
  });

  it('goes on from where the gateway came to', async () => {
    const problems: number[] = [];
    const { problem: away } = stopped(503, 'store_unavailable');
    server.script(
      {
        ...problem(503, 'overloaded'),
        headers: { 'content-type': 'application/problem+json', 'retry-after': '0' },
      },
      ndjson(
        { kind: 'item', line: 3, id: 'e-2', status: 'rejected', code: 'event_invalid' },
        end({ lines: 4, accepted: 3, rejected: 1 }, { problem: away }),
      ),
      ndjson(
        { kind: 'item', line: 1, id: 'e-4', status: 'rejected' },
        end({ lines: 6, accepted: 5, rejected: 1 }),
      ),
    );
    const counts = await client().events.stream(visits(10), {
      onProblem: ({ index }) => problems.push(index),
    });
    expect(counts).toEqual({ events: 10, accepted: 8, duplicates: 0, conflicts: 0, rejected: 2 });
    expect(problems).toEqual([2, 4]);
    expect(server.received.map((received) => idsOf(received)[0])).toEqual(['e-0', 'e-0', 'e-4']);
  });

  it('sends again what broke off without a word, and tells of nothing twice', async () => {
    const problems: number[] = [];
    const item = { kind: 'item', line: 1, id: 'e-0', status: 'rejected', code: 'event_invalid' };
    server.script(
      (response) => response.socket?.destroy(),
      (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(`${JSON.stringify(item)}\n`, () => response.socket?.destroy());
      },
      ndjson(item, end({ lines: 3, duplicates: 2, rejected: 1 })),
    );
    const counts = await client().events.stream(visits(3), {
      onProblem: ({ index }) => problems.push(index),
    });
    expect([counts.duplicates, problems]).toEqual([2, [0]]);
    expect(server.received).toHaveLength(3);
  });

  it('gives up on what will not pass, and after so many tries', async () => {
    server.script(ndjson(end({ lines: 1, accepted: 1 }, stopped(401, 'key_invalid'))));
    await expect(client().events.stream(visits(3))).rejects.toMatchObject({
      status: 401,
      code: 'key_invalid',
    });
    expect(server.received).toHaveLength(1);
    server.script({ text: '' }, { text: '{"kind":"progress"}\n' });
    await expect(client({ maxRetries: 1 }).events.stream(visits(3))).rejects.toThrow(ConnectionError);
    expect(server.received).toHaveLength(3);
  });

  it('lets its source go when it ends early, and ends when it is told to', async () => {
    let let_go = false;
    async function* endless() {
      try {
        for (let n = 0; ; n += 1) yield visit(`e-${n}`, { note: 'x'.repeat(50_000) });
      } finally {
        let_go = true;
      }
    }
    server.script(problem(403, 'scope_missing'));
    await expect(client().events.stream(endless())).rejects.toMatchObject({ status: 403 });
    await vi.waitFor(() => expect(let_go).toBe(true));

    const leave = new AbortController();
    server.script(() => leave.abort());
    await expect(client().events.stream(visits(3), { signal: leave.signal })).rejects.toMatchObject({
      name: 'AbortedError',
    });
  });
});

describe('a body', () => {
  it('goes out as gzip where that pays, and where it can be', async () => {
    server.otherwise = { json: { results: [] } };
    await client().events.send(visits(1));
    await client().events.send(visits(20));
    await client({ compress: false }).events.send(visits(20));
    vi.stubGlobal('CompressionStream', undefined);
    await client().events.send(visits(20));
    expect(server.received.map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'gzip',
      undefined,
      undefined,
    ]);
    expect(JSON.parse(server.received[1]?.body ?? '')).toEqual({ events: visits(20) });
  });
});

describe('partsOf', () => {
  it('loses nothing, keeps the order, and fills every part but the last', async () => {
    const value = fc.array(fc.record({ id: fc.string({ unit: 'grapheme' }) }));
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        async (items, length, isAsync) => {
          const parts: { events: { id: string }[]; text: string }[] = [];
          const source = isAsync ? slowlyAtOnce(items) : items;
          for await (const part of partsOf(source, { length, lingerMs: 10_000 })) parts.push(part);
          expect(parts.flatMap(({ events }) => events)).toEqual(items);
          for (const [index, { events, text }] of parts.entries()) {
            expect(text).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
            const size = text.length - events.length;
            if (index < parts.length - 1) expect(size).toBeGreaterThanOrEqual(length);
          }
        },
      ),
    );
  });

  it('does not keep an event waiting for the next', async () => {
    const parts = partsOf(slowly(['a', 'b'], 150), { length: 1_000, lingerMs: 20 });
    expect((await parts.next()).value).toEqual({ events: ['a'], text: '"a"\n' });
    expect((await parts.next()).value).toEqual({ events: ['b'], text: '"b"\n' });
    expect((await parts.next()).done).toBe(true);
  });
});

async function* slowlyAtOnce<T>(items: T[]) {
  yield* items;
}
