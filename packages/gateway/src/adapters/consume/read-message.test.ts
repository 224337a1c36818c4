import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

const readWhole = (
  body: string | Uint8Array,
  contentType?: string,
  contentEncoding?: string,
  replay = false,
) =>
  readMessage(
    { body: typeof body === 'string' ? new TextEncoder().encode(body) : body, contentType, contentEncoding },
    replay,
  );
const read = (...of: Parameters<typeof readWhole>) => readWhole(...of).items;
const event = (value: unknown, replay = false) => ({ kind: 'event', event: value, replay });
const bad = (raw: unknown, code: string, detail: string, pointer = '') => ({
  kind: 'unreadable',
  raw,
  code,
  errors: [{ pointer, detail }],
  replay: false,
});

describe('a message', () => {
  it('holds one event, a batch or lines, by its content type or by its looks', () => {
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', undefined, 'text/plain']) {
      expect(read('{"id":"a"}', type)).toEqual([event({ id: 'a' })]);
      expect(read('\ufeff {"events":[{"id":"a"},7]}\n', type)).toEqual([event({ id: 'a' }), event(7)]);
    }
    for (const type of ['application/x-ndjson', 'application/jsonl', undefined, 'application/octet-stream'])
      expect(read('{"id":"a"}\r\n\n{"id":"b"}', type)).toEqual([event({ id: 'a' }), event({ id: 'b' })]);
    expect(read('{"id":"a"}\n', 'application/x-ndjson')).toEqual([event({ id: 'a' })]);
    expect(read('null')).toEqual([event(null)]);
    // A line of NDJSON is an event, whatever it looks like.
    expect(read('{"events":[]}', 'application/x-ndjson')).toEqual([event({ events: [] })]);
  });

  it('may say that it is a replay, and so may the stream', () => {
    expect(read('{"events":[1],"replay":true}')).toEqual([event(1, true)]);
    expect(read('{"events":[1],"replay":false}', undefined, undefined, true)).toEqual([event(1, true)]);
    expect(read('{"id":"a"}\nx', undefined, undefined, true).map(({ replay }) => replay)).toEqual([
      true,
      true,
    ]);
  });

  it('is unpacked', () => {
    const body = new TextEncoder().encode('{"id":"a"}');
    expect(read(gzipSync(body), 'application/json', 'gzip')).toEqual([event({ id: 'a' })]);
    expect(read(brotliCompressSync(body), undefined, 'br')).toEqual([event({ id: 'a' })]);
    expect(read(body, undefined, 'utf-8')).toEqual([event({ id: 'a' })]);
    expect(read('{}', undefined, 'gzip')).toEqual([bad('{}', 'content_type_unsupported', 'is not gzip')]);
    expect(read(body, undefined, 'snappy')).toEqual([
      bad('{"id":"a"}', 'content_type_unsupported', 'is encoded as snappy; send it plain, as gzip or as br'),
    ]);
  });

  it('is measured as it is unpacked', () => {
    const text = JSON.stringify({ id: 'a', data: { note: 'x'.repeat(100_000) } });
    expect(readWhole(gzipSync(text), undefined, 'gzip').bytes).toBe(text.length);
    expect(readWhole(brotliCompressSync(text), undefined, 'br').bytes).toBe(text.length);
    expect(readWhole(text).bytes).toBe(text.length);
    expect(readWhole('not gzip', undefined, 'gzip').bytes).toBe(8);
  });

  it('of more than 8 MB, unpacked or as it comes, is one dead letter', () => {
    const limit = 8 * 1024 * 1024;
    const tooLarge = {
      kind: 'unreadable',
      code: 'body_too_large',
      errors: [
        { pointer: '', detail: `holds more than ${limit} bytes unpacked; send it as several messages` },
      ],
    };
    const lines = Buffer.alloc(32 * 1024 * 1024, '1\n');
    expect(gzipSync(lines).length).toBeLessThan(40_000);
    for (const [body, encoding] of [
      [gzipSync(lines), 'gzip'],
      [brotliCompressSync(lines.subarray(0, limit + 1)), 'br'],
      [lines.subarray(0, limit + 1), undefined],
    ] as const) {
      const items = read(body, 'application/x-ndjson', encoding);
      expect(items.length).toBe(1);
      expect(items[0]).toMatchObject(tooLarge);
    }
    // Of what comes plain the beginning is kept, and more of it than a dead letter holds.
    const [kept] = read(lines.subarray(0, limit + 1));
    expect(kept?.kind === 'unreadable' && kept.raw).toBe('1\n'.repeat(128 * 1024));
    // As much as is allowed.
    const whole = JSON.stringify('x'.repeat(limit - 2));
    expect(read(gzipSync(whole), undefined, 'gzip')[0]?.kind).toBe('event');
  });

  it('of more than 10,000 events or lines is one dead letter', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => n);
    for (const body of [
      '1\n'.repeat(3_000_000),
      `${many(10_001).join('\n\n')}\n`,
      JSON.stringify({ events: many(10_001) }),
    ]) {
      const items = read(body);
      expect(items.length).toBe(1);
      expect(items[0]).toEqual(
        bad(body, 'batch_too_large', 'holds more than 10000 events; send them as several messages'),
      );
    }
    expect(read(`${many(10_000).join('\r\n')}\n\n `)).toEqual(many(10_000).map((n) => event(n)));
    expect(read(JSON.stringify({ events: many(10_000) })).length).toBe(10_000);
  });

  it('loses nothing of what it cannot read', () => {
    expect(read('')).toEqual([bad('', 'body_not_json', 'is empty')]);
    expect(read('{"id":')).toEqual([bad('{"id":', 'body_not_json', 'is not JSON')]);
    expect(read('{"a":1}\n{"b":', 'application/json')).toEqual([
      bad('{"a":1}\n{"b":', 'body_not_json', 'is not JSON'),
    ]);
    expect(read('{"a":1}\n{"b":')).toEqual([event({ a: 1 }), bad('{"b":', 'body_not_json', 'is not JSON')]);
    expect(read('<a/>', 'application/xml')).toEqual([
      bad(
        '<a/>',
        'content_type_unsupported',
        'is declared as application/xml; send application/json or application/x-ndjson',
      ),
    ]);
    expect(read(new Uint8Array([0x7b, 0xff, 0x7d]))).toEqual([
      bad('{\ufffd}', 'body_not_json', 'is not UTF-8'),
    ]);
    expect(read('{"events":[],"x":1}')).toEqual([
      bad({ events: [], x: 1 }, 'request_invalid', 'is not a field of a batch', '/x'),
    ]);
    expect(read('{"events":[]}')).toEqual([
      bad({ events: [] }, 'request_invalid', 'must be a list of at least one event', '/events'),
    ]);
    expect(read('{"events":[1],"replay":1}')).toEqual([
      bad({ events: [1], replay: 1 }, 'request_invalid', 'must be true or false', '/replay'),
    ]);
  });

  it('is read whatever it holds, and every batch that was written is read back', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.option(fc.string(), { nil: undefined }),
        fc.option(fc.constantFrom('gzip', 'br', 'x'), { nil: undefined }),
        (body, type, encoding) => {
          expect(read(body, type, encoding).length).toBeGreaterThan(0);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (events) => {
        const plain: unknown = JSON.parse(JSON.stringify(events));
        expect(
          read(JSON.stringify({ events })).map((item) => (item.kind === 'event' ? item.event : item)),
        ).toEqual(plain);
      }),
    );
  });
});
