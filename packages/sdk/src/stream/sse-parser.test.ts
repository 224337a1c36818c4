import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseMessage, SseParser } from './sse-parser.ts';

const utf8 = new TextEncoder();
const parse = (text: string): SseMessage[] => new SseParser().push(utf8.encode(text));

/** Cuts bytes at the given places, which may fall within a character or a line end. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

// Many runs, on a machine that may be busy: slow is not wrong.
describe('SseParser', { timeout: 60_000 }, () => {
  it('gives the same messages however the bytes are cut', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        '',
        ':',
        ': still here',
        'data',
        'data:',
        'id: 7',
        'id:',
        'event: player.event',
        'retry: 10',
        'x: y',
      ),
      fc.string({ unit: 'binary' }).map((text) => `data: ${text.replace(/[\r\n]/g, ' ')}`),
      fc.constant('data: São Paulo ⚽ 𝕏'),
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')))
      .map((lines) => lines.map(([content, end]) => content + end).join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (stream, places) => {
        const bytes = utf8.encode(stream);
        const parser = new SseParser();
        expect(cut(bytes, places).flatMap((chunk) => parser.push(chunk))).toEqual(parse(stream));
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what a server wrote, byte by byte', () => {
    const message = fc.record({
      id: fc.stringMatching(/^[0-9a-f-]{1,12}$/),
      event: fc.constantFrom('player.event', 'job.updated'),
      data: fc.json(),
    });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const written = messages
          .map(({ id, event, data }) => `event: ${event}\ndata: ${data}\nid: ${id}\n\n`)
          .join('');
        const parser = new SseParser();
        expect([...utf8.encode(written)].flatMap((byte) => parser.push(Uint8Array.of(byte)))).toEqual(
          messages,
        );
      }),
    );
  });

  it.each<[string, string, SseMessage[]]>([
    ['several data lines are joined', 'data: a\ndata: b\n\n', [{ id: '', event: 'message', data: 'a\nb' }]],
    ['one space after the colon is dropped', 'data:  a\n\n', [{ id: '', event: 'message', data: ' a' }]],
    ['no data, no message', 'event: x\nid: 1\n\n', []],
    [
      'an event name holds for one message',
      'event: x\ndata: 1\n\ndata: 2\n\n',
      [
        { id: '', event: 'x', data: '1' },
        { id: '', event: 'message', data: '2' },
      ],
    ],
    [
      'an id holds on',
      'id: 5\ndata: 1\n\ndata: 2\n\n',
      [
        { id: '5', event: 'message', data: '1' },
        { id: '5', event: 'message', data: '2' },
      ],
    ],
    [
      'an id with a NUL is passed over',
      'id: 5\nid: a\0b\ndata: 1\n\n',
      [{ id: '5', event: 'message', data: '1' }],
    ],
    [
      'a byte order mark is no part of the first line',
      '\ufeffdata: 1\n\n',
      [{ id: '', event: 'message', data: '1' }],
    ],
    ['what is not ended is not given', 'data: 1\n\ndata: 2\n', [{ id: '', event: 'message', data: '1' }]],
  ])('%s', (_, text, messages) => {
    expect(parse(text)).toEqual(messages);
  });

  it('keeps the time that the server asks for between connections', () => {
    const parser = new SseParser();
    parser.push(utf8.encode('retry: 2500\nretry: soon\n\n'));
    expect(parser.retry).toBe(2500);
  });
});
