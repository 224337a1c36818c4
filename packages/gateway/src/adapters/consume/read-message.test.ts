import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

const read = (body: string | Uint8Array, contentType?: string, contentEncoding?: string, replay = false) =>
  readMessage(
    { body: typeof body === 'string' ? new TextEncoder().encode(body) : body, contentType, contentEncoding },
    replay,
  );
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
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
    expect(read(bomb, undefined, 'gzip')[0]).toMatchObject({
      kind: 'unreadable',
      code: 'content_type_unsupported',
    });
    expect(read(body, undefined, 'snappy')).toEqual([
      bad('{"id":"a"}', 'content_type_unsupported', 'is encoded as snappy; send it plain, as gzip or as br'),
    ]);
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
