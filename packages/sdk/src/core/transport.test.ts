import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  APIError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  CRMBetError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from '../errors.ts';
import { path } from '../internal/path.ts';
import { problem, ScriptedServer } from '../testing/scripted-server.ts';
import { apiKeyCredential } from './credential.ts';
import { type Call, Transport, type TransportSettings } from './transport.ts';

let server: ScriptedServer;
let baseUrl: string;
let waits: number[];

beforeEach(async () => {
  server = new ScriptedServer();
  baseUrl = await server.start();
  waits = [];
});
afterEach(() => server.stop());

const transport = (settings: Partial<TransportSettings> = {}) =>
  new Transport({
    baseUrl,
    credential: apiKeyCredential('sk_test'),
    timeout: 5_000,
    maxRetries: 2,
    fetch: (url, init) => fetch(url, init),
    logger: { debug() {}, warn() {} },
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...settings,
  });

const get: Call = { method: 'GET', path: path`/v1/features` };
const post: Call = { method: 'POST', path: path`/v1/segments`, body: { name: 'VIP' } };
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
/** A server that takes the request and cuts the line. */
const cut = (response: { socket: { destroy(): void } | null }) => response.socket?.destroy();

describe('retries', () => {
  it.each([
    ['408', problem(408, 'timeout')],
    ['409 idempotency_in_progress', problem(409, 'idempotency_in_progress')],
    ['425', problem(425, 'early')],
    ['429', problem(429, 'rate_limited')],
    ['500', problem(500, 'internal')],
    ['503', problem(503, 'overloaded')],
    [
      'a 502 page of a proxy',
      { status: 502, headers: { 'content-type': 'text/html' }, text: '<h1>Bad gateway</h1>' },
    ],
    ['a cut line', cut],
  ])('%s is tried again', async (_, answer) => {
    server.script(answer, { json: { ok: 1 } });
    expect(await transport().request(get)).toEqual({ ok: 1 });
    expect(server.received).toHaveLength(2);
    expect(waits).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 409, 413, 415, 422])('%i is not', async (status) => {
    server.script(problem(status, 'whatever'), { json: {} });
    expect(await failure(transport().request(get))).toMatchObject({ status });
    expect(server.received).toHaveLength(1);
  });

  it('ends after the tries it may make, with the last failure', async () => {
    server.script(problem(500, 'internal'), problem(503, 'overloaded'), problem(503, 'store_unavailable'));
    expect(await failure(transport().request(get))).toMatchObject({ code: 'store_unavailable' });
    expect(server.received).toHaveLength(3);
    server.script(problem(500, 'internal'));
    await failure(transport().request({ ...get, maxRetries: 0 }));
    expect(server.received).toHaveLength(4);
  });

  it('waits as long as Retry-After says, and leaves more than a minute to the caller', async () => {
    const busy = (seconds: string) => ({
      ...problem(503, 'overloaded'),
      headers: { 'retry-after': seconds },
    });
    server.script(busy('7'), { json: {} });
    await transport().request(get);
    expect(waits).toEqual([7_000]);
    server.script(busy('3600'));
    expect(await failure(transport().request(get))).toMatchObject({ retryAfter: 3600 });
    expect(waits).toEqual([7_000]);
  });

  it('carries one Idempotency-Key over the tries of a POST, another for the next POST, none for a GET', async () => {
    server.script(cut, problem(500, 'internal'), { json: {} }, { json: {} }, { json: {} }, { json: {} });
    await transport().request(post);
    await transport().request(post);
    await transport().request({ ...post, idempotencyKey: 'mine' });
    await transport().request(get);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBeTypeOf('string');
    expect(keys.slice(1, 3)).toEqual([keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    expect(keys.slice(4)).toEqual(['mine', undefined]);
  });
});

describe('failures', () => {
  it.each([
    [400, InvalidRequestError],
    [401, AuthenticationError],
    [403, PermissionError],
    [404, NotFoundError],
    [409, ConflictError],
    [422, InvalidRequestError],
    [429, RateLimitError],
    [500, ServerError],
    [418, APIError],
  ])('%i has its class', async (status, type) => {
    server.otherwise = problem(status, 'some_code', { errors: [{ pointer: '/name', detail: 'too long' }] });
    const error = await failure(transport({ maxRetries: 0 }).request(get));
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(CRMBetError);
    expect(error).toMatchObject({
      status,
      code: 'some_code',
      errors: [{ pointer: '/name', detail: 'too long' }],
    });
  });

  it('a failure that is not ours keeps its status and the request id of the header', async () => {
    server.otherwise = { status: 502, headers: { 'x-request-id': 'req_9' }, text: '<h1>Bad gateway</h1>' };
    expect(await failure(transport({ maxRetries: 0 }).request(get))).toMatchObject({
      status: 502,
      code: 'unknown',
      requestId: 'req_9',
      problem: undefined,
    });
  });

  it('nobody listening is a ConnectionError that says so', async () => {
    await server.stop();
    const error = await failure(transport({ maxRetries: 0 }).request(get));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    await server.start();
  });

  it('an answer that is not JSON is said to be none', async () => {
    server.script({ text: 'hello' });
    expect(await failure(transport().request(get))).toMatchObject({
      message: expect.stringContaining('not JSON'),
    });
  });
});

describe('time', () => {
  it('a silent server, and a body that stops half-way, are TimeoutErrors', async () => {
    server.script(
      () => {},
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"half":');
      },
    );
    const quick = transport({ timeout: 60, maxRetries: 0 });
    expect(await failure(quick.request(get))).toBeInstanceOf(TimeoutError);
    expect(await failure(quick.request(get))).toBeInstanceOf(TimeoutError);
    expect(server.received).toHaveLength(2);
  });

  it('a timeout is tried again', async () => {
    server.script(() => {});
    let tries = 0;
    const second = async (url: string, init: RequestInit) => {
      tries += 1;
      return tries === 1 ? fetch(url, init) : Response.json({ ok: 1 });
    };
    expect(await transport({ timeout: 60, fetch: second }).request(get)).toEqual({ ok: 1 });
    expect(tries).toBe(2);
  });

  it('an abort ends a call in flight, and one that waits for its next try', async () => {
    const inFlight = new AbortController();
    server.script(() => inFlight.abort(new Error('enough')));
    const error = await failure(transport({ maxRetries: 0 }).request({ ...get, signal: inFlight.signal }));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: expect.objectContaining({ message: 'enough' }) });
    expect(server.received).toHaveLength(1);

    const waiting = new AbortController();
    server.script({ ...problem(503, 'overloaded'), headers: { 'retry-after': '50' } });
    const real = new Transport({
      baseUrl,
      credential: apiKeyCredential('sk_test'),
      timeout: 5_000,
      maxRetries: 2,
      fetch: (url, init) => fetch(url, init),
      logger: { warn() {}, debug: () => waiting.abort() },
    });
    expect(await failure(real.request({ ...get, signal: waiting.signal }))).toBeInstanceOf(AbortedError);
    expect(server.received).toHaveLength(2);
  });

  it('an aborted signal sends nothing', async () => {
    expect(await failure(transport().request({ ...get, signal: AbortSignal.abort() }))).toBeInstanceOf(
      AbortedError,
    );
    expect(server.received).toHaveLength(0);
  });
});
