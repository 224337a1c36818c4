import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { CRMBet } from '@crmbet/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../app.ts';
import type { Listening } from '../../cli/listen.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { EventsService } from '../../services/events/events-service.ts';
import type { UploadLimits } from '../../services/events/upload.ts';
import { UploadsService } from '../../services/events/uploads-service.ts';
import { readProblem } from '../../testing/contract.ts';
import {
  anEvent,
  createTestGateway,
  listenTo,
  quietLog,
  type TestGateway,
} from '../../testing/test-gateway.ts';
import { UploadLine } from './upload-schemas.ts';

let gateway: TestGateway;
let listening: Listening;

beforeAll(async () => {
  gateway = await createTestGateway();
  listening = await listenTo(gateway);
});
afterAll(async () => {
  await listening.close();
  await gateway.stop();
});

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

/** The gateway over a store that does as told, at an address of its own. */
async function over(send: EventsService['send'], limits: Partial<UploadLimits> = {}) {
  const { services, metrics } = gateway.running;
  const uploads = new UploadsService(
    { events: { send }, deadLetters: { keep: async () => {} }, metrics },
    limits,
  );
  const app = createApp({ services: { ...services, uploads }, metrics, log: quietLog });
  const own = await listenTo({ app });
  undo.push(() => own.close());
  return { url: own.url, uploads };
}

const storing: EventsService['send'] = (principal, body) =>
  gateway.running.services.events.send(principal, body);
const lineOf = (fields: Record<string, unknown> = {}) => `${JSON.stringify(anEvent(fields))}\n`;
const linesOf = (count: number, fields: Record<string, unknown> = {}) =>
  Array.from({ length: count }, () => lineOf(fields)).join('');

const headers = (more: Record<string, string> = {}) => ({
  authorization: `Bearer ${gateway.tenant.secretKey}`,
  'content-type': 'application/x-ndjson',
  ...more,
});

/** Sends chunks as they are made, and reads while it sends. */
function send(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options: { query?: string; url?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Response> {
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) return controller.close();
      controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value);
    },
  });
  const init = {
    method: 'POST',
    headers: headers(options.headers),
    body,
    duplex: 'half',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return fetch(`${options.url ?? listening.url}/v1/events${options.query ?? ''}`, init);
}

/** The lines of an answer, each as the contract describes it. */
async function read(response: Response): Promise<UploadLine[]> {
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => UploadLine.parse(JSON.parse(line)));
}
const endOf = async (response: Response) => (await read(response)).at(-1);

describe('an upload over HTTP', () => {
  it('stores every line once, and tells what it did not store', async () => {
    const twin = anEvent({ player: 'up-1' });
    const text = [
      linesOf(1200, { player: 'up-1' }),
      `${JSON.stringify(twin)}\n`,
      'no JSON at all\r\n',
      '\n',
      `${JSON.stringify({ ...twin, data: { amount: 1, currency: 'BRL' } })}\n`,
      lineOf({ type: 'deposit.approved', data: {} }),
      JSON.stringify(anEvent({ player: 'up-1' })),
    ].join('');
    const lines = await read(await send([text]));
    expect(lines.filter(({ kind }) => kind === 'item')).toMatchObject([
      {
        line: 1202,
        id: null,
        status: 'rejected',
        code: 'event_invalid',
        errors: [{ pointer: '', detail: 'is not JSON' }],
      },
      { line: 1204, id: twin.id, status: 'conflict', code: 'event_conflict' },
      { line: 1205, status: 'rejected', code: 'event_invalid', errors: expect.any(Array) },
    ]);
    expect(lines.at(-1)).toEqual({
      kind: 'end',
      lines: 1206,
      accepted: 1202,
      duplicates: 0,
      conflicts: 1,
      rejected: 2,
      unlisted: 0,
    });
    expect(await endOf(await send([text]))).toMatchObject({
      accepted: 0,
      duplicates: 1202,
      conflicts: 1,
      rejected: 2,
    });
    const [row] = await gateway.running.db.sql<{ found: bigint }[]>`
      SELECT count(*) AS found FROM crmbet.events WHERE tenant_id = ${gateway.tenant.tenantId}`;
    expect(row?.found).toBe(1202n);
  });

  it('answers every line where it is asked to, in order, cut anywhere', async () => {
    const text = `\ufeff${linesOf(3, { player: 'João 🎲' })}\r\n${linesOf(2)}`;
    const bytes = new TextEncoder().encode(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, n) =>
      bytes.slice(n * 7, n * 7 + 7),
    );
    const lines = await read(await send(chunks, { query: '?results=all' }));
    expect(lines.map((line) => (line.kind === 'item' ? [line.line, line.status] : line.kind))).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
      [5, 'accepted'],
      [6, 'accepted'],
      'end',
    ]);
    expect(await gateway.client().players.get('João 🎲')).toMatchObject({ id: 'João 🎲' });
  });

  it('goes in compressed, and says where a broken one ends', async () => {
    const text = linesOf(3000, { player: 'zipped' });
    const encoding = { 'content-encoding': 'gzip' };
    const whole = gzipSync(text);
    expect(await endOf(await send([whole], { headers: encoding }))).toMatchObject({
      accepted: 3000,
      lines: 3000,
    });
    const cut = await read(await send([gzipSync(linesOf(3000)).subarray(0, -9)], { headers: encoding }));
    const end = cut.at(-1);
    expect(end).toMatchObject({ kind: 'end', problem: { code: 'content_encoding_broken', status: 400 } });
    expect(end?.kind === 'end' ? end.lines : 0).toBeGreaterThan(500);
    // Nothing was durable yet: then the failure is the answer.
    const broken = await send([gzipSync(lineOf()).subarray(0, 40)], { headers: encoding });
    expect(await readProblem(broken)).toMatchObject({ status: 400, code: 'content_encoding_broken' });
  });

  it('writes history without setting anything off', async () => {
    await send([lineOf({ player: 'replayed' })], { query: '?replay=true' }).then(endOf);
    await send([lineOf({ player: 'not replayed' })], { query: '?replay=false' }).then(endOf);
    const seen: (boolean | undefined)[] = [];
    const { url } = await over(async (principal, body) => {
      seen.push((body as { replay?: boolean }).replay); // the shape that an upload sends
      return await storing(principal, body);
    });
    await send([lineOf()], { query: '?replay=true', url }).then(endOf);
    await send([lineOf()], { url }).then(endOf);
    expect(seen).toEqual([true, false]);
  });

  it('is refused with a word that it does not know, and so is a batch with any', async () => {
    for (const query of ['?replay=yes', '?results=some', '?nothing=1', '?replay=true&replay=false'])
      expect(await readProblem(await send([lineOf()], { query }))).toMatchObject({
        status: 400,
        code: 'request_invalid',
      });
    const batch = await gateway.request('/v1/events?replay=true', { json: { events: [anEvent()] } });
    expect(await readProblem(batch)).toMatchObject({ status: 400, code: 'request_invalid' });
  });

  it('of nothing is answered, and of too much refused at its word', async () => {
    expect(await endOf(await send([]))).toMatchObject({ lines: 0, accepted: 0 });
    const { url } = await over(storing, { maxBytes: 2000 });
    const declared = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: headers(),
      body: 'x'.repeat(2001),
    });
    expect(await readProblem(declared)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('needs the credential that events need', async () => {
    const none = await fetch(`${listening.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lineOf(),
    });
    expect(await readProblem(none)).toMatchObject({ status: 401 });
    const publicKey = await send([lineOf()], {
      headers: { authorization: `Bearer ${gateway.tenant.publishableKey}` },
    });
    expect(await readProblem(publicKey)).toMatchObject({ status: 403, code: 'scope_missing' });
    const elsewhere = await fetch(`${listening.url}/v1/segments`, {
      method: 'POST',
      headers: headers(),
      body: lineOf(),
    });
    expect(await readProblem(elsewhere)).toMatchObject({ status: 415, code: 'content_type_unsupported' });
  });
});

describe('the SDK', () => {
  it('streams what a source brings, and tells what was not stored', async () => {
    const crmbet = new CRMBet({ apiKey: gateway.tenant.secretKey, baseUrl: listening.url });
    const events = Array.from({ length: 12_000 }, () => anEvent({ player: 'by the SDK' }));
    events.splice(
      11_000,
      1,
      { ...anEvent(), data: { amount: -1 } },
      { ...anEvent(), id: events[3]?.id ?? '' },
    );
    async function* source() {
      yield* events;
    }
    const problems: string[] = [];
    const counts = await crmbet.events.stream(source(), {
      replay: true,
      onProblem: ({ index, status }) => problems.push(`${index} ${status}`),
    });
    expect(counts).toMatchObject({ events: 12_001, rejected: 1 });
    expect(problems[0]).toBe('11000 rejected');
    expect(counts.accepted + counts.conflicts).toBe(12_000);
    expect(await crmbet.events.stream(events.slice(0, 100))).toMatchObject({ events: 100, duplicates: 100 });
  });
});

describe('a line that was not stored', () => {
  it('is a dead letter, as it came', async () => {
    const tenant = await gateway.addTenant();
    const refused = anEvent({ data: { amount: 'much' } });
    const text = `${JSON.stringify(refused)}\nneither {JSON}\n${lineOf()}`;
    const response = await send([text], { headers: { authorization: `Bearer ${tenant.secretKey}` } });
    expect(await endOf(response)).toMatchObject({ accepted: 1, rejected: 2 });
    const letters = await gateway.running.db.sql<{ channel: string; body: string }[]>`
      SELECT channel, l::text AS body FROM crmbet.dead_letters l WHERE tenant_id = ${tenant.tenantId}`;
    expect(letters.map(({ channel }) => channel)).toEqual(['ndjson', 'ndjson']);
    expect(letters.some(({ body }) => body.includes('neither {JSON}'))).toBe(true);
    expect(letters.some(({ body }) => body.includes(refused.id))).toBe(true);
  });
});

describe('a store that does not keep up', () => {
  it('holds back the sender: what it takes meanwhile is bounded', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { url } = await over(async (principal, body) => {
      await held;
      return await storing(principal, body);
    });
    // Lines that the store is quick with, once it is let go: the same event over and over.
    const megabyte = Buffer.from(lineOf({ player: 'flood' }).repeat(4000)).subarray(0, 1024 * 1024);
    let sent = 0;
    let answered: (status: number) => void = () => {};
    const status = new Promise<number>((resolve) => {
      answered = resolve;
    });
    const request = httpRequest(`${url}/v1/events`, { method: 'POST', headers: headers() }, (response) => {
      response.resume();
      answered(response.statusCode ?? 0);
    });
    request.on('error', () => {});
    const next = () => {
      if (request.destroyed || sent === 64) return;
      sent += 1;
      if (request.write(megabyte)) setImmediate(next);
      else request.once('drain', next);
    };
    next();
    // Until the sockets are full, and some time after that.
    let before = -1;
    const stands = () => {
      const same = sent === before;
      before = sent;
      return same;
    };
    await expect.poll(stands, { interval: 400, timeout: 20_000 }).toBe(true);
    expect(sent).toBeLessThan(24);
    release();
    expect(await status).toBe(200);
    await expect.poll(() => sent, { timeout: 20_000 }).toBeGreaterThan(before);
    request.destroy();
  });

  it('is waited for while it is overloaded', async () => {
    let tries = 0;
    const { url } = await over(async (principal, body) => {
      tries += 1;
      if (tries < 3) throw new CrmbetError('overloaded', 'busy', { retryAfter: 0.05 });
      return await storing(principal, body);
    });
    expect(await endOf(await send([linesOf(10)], { url }))).toMatchObject({ accepted: 10 });
    expect(tries).toBe(3);
  });

  it('that fails at first fails the request, and later ends it with the place to go on from', async () => {
    let calls = 0;
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { url } = await over(
      async (principal, body) => {
        calls += 1;
        if (calls === 1 || calls === 5) throw away;
        return await storing(principal, body);
      },
      { chunkEvents: 100, inFlight: 1 },
    );
    const text = linesOf(1000);
    const first = await send([text], { url });
    expect(first.headers.get('retry-after')).toBe('2');
    expect(await readProblem(first)).toMatchObject({ status: 503, code: 'store_unavailable' });
    const end = await endOf(await send([text], { url }));
    expect(end).toMatchObject({
      kind: 'end',
      lines: 300,
      accepted: 300,
      problem: { code: 'store_unavailable' },
    });
    const rest = text.split('\n').slice(300).join('\n');
    expect(await endOf(await send([rest], { url }))).toMatchObject({
      lines: 700,
      accepted: 700,
      duplicates: 0,
    });
  });
});

describe('an end before the end', () => {
  it('of the sender stops the work behind what is under way', async () => {
    let batches = 0;
    const { url, uploads } = await over(
      async (principal, body) => {
        batches += 1;
        return await storing(principal, body);
      },
      { chunkEvents: 10, pauseMs: 20 },
    );
    const leave = new AbortController();
    async function* forever() {
      for (;;) {
        yield linesOf(10);
        await new Promise((next) => setTimeout(next, 5));
      }
    }
    const response = await send(forever(), { url, signal: leave.signal });
    await expect.poll(() => batches).toBeGreaterThan(3);
    leave.abort();
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => uploads.open).toBe(0);
    const after = batches;
    await new Promise((next) => setTimeout(next, 100));
    expect(batches).toBe(after);
  });

  it('of the gateway says how far it came', async () => {
    const { url, uploads } = await over(storing, { pauseMs: 20 });
    async function* slowly() {
      yield linesOf(5);
      await new Promise(() => {});
    }
    const response = await send(slowly(), { url });
    uploads.drain();
    expect(await endOf(response)).toMatchObject({
      kind: 'end',
      lines: 5,
      accepted: 5,
      problem: { code: 'overloaded', status: 503 },
    });
    expect(await readProblem(await send([lineOf()], { url }))).toMatchObject({
      status: 503,
      code: 'overloaded',
    });
  });

  it('comes to a sender that falls silent', async () => {
    const { url } = await over(storing, { pauseMs: 20, idleMs: 200 });
    async function* silent() {
      yield linesOf(2);
      await new Promise(() => {});
    }
    expect(await endOf(await send(silent(), { url }))).toMatchObject({
      accepted: 2,
      problem: { code: 'request_timeout' },
    });
    async function* never() {
      yield '{';
      await new Promise(() => {});
    }
    expect(await readProblem(await send(never(), { url }))).toMatchObject({
      status: 408,
      code: 'request_timeout',
    });
  });

  it('comes at once to one upload too many: of a tenant, and of all', async () => {
    const { url, uploads } = await over(storing, { pauseMs: 20 });
    const leave = new AbortController();
    async function* open() {
      yield lineOf();
      await new Promise(() => {});
    }
    const all: Promise<unknown>[] = [];
    const hold = (secretKey: string) => {
      const options = { url, signal: leave.signal, headers: { authorization: `Bearer ${secretKey}` } };
      for (let n = 0; n < 16; n += 1) all.push(send(open(), options).catch(() => undefined));
    };
    const refused = async (secretKey: string) => {
      const answer = await send([lineOf()], { url, headers: { authorization: `Bearer ${secretKey}` } });
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await readProblem(answer)).toMatchObject({ status: 503, code: 'overloaded' });
    };
    hold(gateway.tenant.secretKey);
    await expect.poll(() => uploads.open, { timeout: 20_000 }).toBe(16);
    await refused(gateway.tenant.secretKey);
    for (let n = 0; n < 3; n += 1) hold((await gateway.addTenant()).secretKey);
    await expect.poll(() => uploads.open, { timeout: 20_000 }).toBe(64);
    await refused((await gateway.addTenant()).secretKey);
    leave.abort();
    await Promise.all(all);
    await expect.poll(() => uploads.open, { timeout: 20_000 }).toBe(0);
  });
});
