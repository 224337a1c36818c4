import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliCompress,
  brotliCompressSync,
  constants,
  deflateSync,
  gzip,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../cli/listen.ts';
import { readProblem } from '../testing/contract.ts';
import { anEvent, createTestGateway, listenTo, type TestGateway } from '../testing/test-gateway.ts';

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

const post = (
  path: string,
  body: Uint8Array<ArrayBuffer>,
  encoding: string,
  headers: Record<string, string> = {},
) =>
  fetch(`${listening.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${gateway.tenant.secretKey}`,
      'content-type': 'application/json',
      'content-encoding': encoding,
      ...headers,
    },
    body,
  });
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bytes = (buffer: Buffer) => new Uint8Array(buffer);

describe('a body', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (plain: Uint8Array) => Buffer.from(plain)],
  ])('in %s is read', async (encoding, encode) => {
    const events = Array.from({ length: 300 }, () => anEvent({ player: `of ${encoding}` }));
    const response = await post('/v1/events', bytes(encode(json({ events }))), encoding);
    expect(await response.json()).toMatchObject({ accepted: 300, rejected: 0 });
    const created = await post(
      '/v1/segments',
      bytes(encode(json({ name: `in ${encoding}`, rule: { restricted: true } }))),
      encoding,
    );
    expect(created.status).toBe(201);
  });

  it.each(['deflate', 'compress', 'gzip, gzip', 'gzip,br', 'identity, gzip', 'gz'])(
    'in %s is refused, and told what would be read',
    async (encoding) => {
      const response = await post('/v1/events', bytes(deflateSync(json(anEvent()))), encoding);
      expect(await readProblem(response)).toMatchObject({
        status: 415,
        code: 'content_encoding_unsupported',
      });
      expect(response.headers.get('accept-encoding')).toBe('gzip, br, zstd');
      expect(response.headers.get('access-control-expose-headers')).toContain('Accept-Encoding');
    },
  );

  it('that is cut short, or is not what it says, is refused', async () => {
    const whole = gzipSync(json({ events: [anEvent()] }));
    for (const body of [whole.subarray(0, whole.length - 4), Buffer.from(json(anEvent())), Buffer.alloc(0)]) {
      for (const path of ['/v1/events', '/v1/segments']) {
        expect(await readProblem(await post(path, bytes(body), 'gzip'))).toMatchObject({
          status: 400,
          code: body.length === 0 ? expect.any(String) : 'content_encoding_broken',
        });
      }
    }
  });

  it('that bursts is refused within bounds, and harms nobody', async () => {
    const blank = Buffer.alloc(200 * 1024 * 1024, ' ');
    const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
    // Not in this thread, which also serves.
    const bombs = [
      ['gzip', await promisify(gzip)(blank)],
      ['br', await promisify<Buffer, BrotliOptions, Buffer>(brotliCompress)(blank, quick)],
    ] as const;
    for (const [encoding, bomb] of bombs) {
      for (const [path, type] of [
        ['/v1/events', 'application/json'],
        ['/v1/segments', 'application/json'],
        ['/v1/events', 'application/x-ndjson'],
      ] as const) {
        const before = process.memoryUsage();
        const response = await post(path, bytes(bomb), encoding, { 'content-type': type });
        expect(await readProblem(response)).toMatchObject({ status: 413, code: 'body_too_large' });
        const after = process.memoryUsage();
        const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
        expect(grown).toBeLessThan(100 * 1024 * 1024);
      }
    }
    expect((await gateway.request('/v1/segments')).status).toBe(200);
  });

  it('is replayed by its Idempotency-Key whether it was encoded or not', async () => {
    const body = json({ name: 'once', rule: { restricted: true } });
    const headers = { 'idempotency-key': 'once-encoded' };
    const first = await post('/v1/segments', bytes(gzipSync(body)), 'gzip', headers);
    const second = await post('/v1/segments', body, 'identity', headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await second.text()).toBe(await first.text());
  });
});
