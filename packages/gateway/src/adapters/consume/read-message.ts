import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ErrorCode } from '../../errors/codes.ts';
import { isObject } from '../../errors/is-object.ts';
import type { StreamItem, StreamMessage, Unreadable } from './stream-message.ts';

/** Of a message, unpacked. What is read of it takes many times as much memory, and a message that ends the process comes back. */
const maxBytes = 8 * 1024 * 1024;
/** Events, and lines that are none, of a message: two bytes may be one of them. */
const maxItems = 10_000;
/** Bytes that are kept of what is too large to be read: more than a dead letter holds, which is thereby marked as cut. */
const shownBytes = 256 * 1024;

const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

const jsonTypes = new Set(['application/json', 'text/json']);
const lineTypes = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]);
/** What senders say who do not say anything. */
const anyTypes = new Set(['', 'application/octet-stream', 'text/plain']);

/**
 * What is in a message: one event, a batch `{ events, replay? }`, or NDJSON, by its content type or, where that says nothing, by
 * its looks. Never throws, and loses nothing: each part that is no JSON is an item too, and so is a message that is too large.
 *
 * @param replay what the operator says of the whole stream; a batch may say it of itself
 * @returns `bytes` of the message once unpacked, for who bounds what waits
 */
export function readMessage(message: StreamMessage, replay: boolean): { items: StreamItem[]; bytes: number } {
  const unpacked = unpack(message);
  if ('code' in unpacked) {
    const beginning = lenient.decode(message.body.subarray(0, shownBytes));
    return {
      items: [unreadable(beginning, unpacked.code, unpacked.reason, replay)],
      bytes: message.body.byteLength,
    };
  }
  const { bytes } = unpacked;
  return { items: readBytes(bytes, mediaType(message.contentType), replay), bytes: bytes.byteLength };
}

function readBytes(bytes: Uint8Array, type: string, replay: boolean): StreamItem[] {
  const text = decode(bytes);
  if (text === undefined) return [unreadable(lenient.decode(bytes), 'body_not_json', 'is not UTF-8', replay)];
  if (lineTypes.has(type)) return readLines(text, replay);
  if (!jsonTypes.has(type) && !anyTypes.has(type)) {
    return [
      unreadable(
        text,
        'content_type_unsupported',
        `is declared as ${type.slice(0, 100)}; send application/json or application/x-ndjson`,
        replay,
      ),
    ];
  }
  const value = parse(text);
  if (value !== undefined) return readValue(value.json, text, replay);
  if (anyTypes.has(type) && looksLikeLines(text)) return readLines(text, replay);
  return [unreadable(text, 'body_not_json', text.trim() === '' ? 'is empty' : 'is not JSON', replay)];
}

const mediaType = (declared = ''): string => declared.split(';')[0]?.trim().toLowerCase() ?? '';

type Refused = { code: ErrorCode; reason: string };

const tooLarge: Refused = {
  code: 'body_too_large',
  reason: `holds more than ${maxBytes} bytes unpacked; send it as several messages`,
};

function unpack({ body, contentEncoding }: StreamMessage): { bytes: Uint8Array } | Refused {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  try {
    switch (encoding) {
      case '':
      case 'identity':
      case 'utf-8': // what some senders write there
      case 'utf8':
        return body.byteLength > maxBytes ? tooLarge : { bytes: body };
      case 'gzip':
        return { bytes: gunzipSync(body, { maxOutputLength: maxBytes }) };
      case 'br':
        return { bytes: brotliDecompressSync(body, { maxOutputLength: maxBytes }) };
    }
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge
      : { code: 'content_type_unsupported', reason: `is not ${encoding}` };
  }
  return {
    code: 'content_type_unsupported',
    reason: `is encoded as ${encoding.slice(0, 100)}; send it plain, as gzip or as br`,
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Wrapped, because JSON may be `null` or `false` and still be JSON. */
function parse(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function readValue(json: unknown, text: string, replay: boolean): StreamItem[] {
  if (!isObject(json) || !Object.hasOwn(json, 'events')) return [{ kind: 'event', event: json, replay }];
  const { events, replay: own = false, ...rest } = json;
  const [stranger] = Object.keys(rest);
  const wrong = (pointer: string, detail: string): StreamItem[] => [
    { kind: 'unreadable', raw: json, code: 'request_invalid', errors: [{ pointer, detail }], replay },
  ];
  if (stranger !== undefined) return wrong(`/${stranger.slice(0, 64)}`, 'is not a field of a batch');
  if (typeof own !== 'boolean') return wrong('/replay', 'must be true or false');
  if (!Array.isArray(events) || events.length === 0)
    return wrong('/events', 'must be a list of at least one event');
  if (events.length > maxItems) return [tooMany(text, replay)];
  return events.map((event: unknown) => ({ kind: 'event', event, replay: replay || own }));
}

function readLines(text: string, replay: boolean): StreamItem[] {
  const lines = linesOf(text);
  if (lines === undefined) return [tooMany(text, replay)];
  if (lines.length === 0) return [unreadable(text, 'body_not_json', 'is empty', replay)];
  return lines.map((line) => {
    const value = parse(line);
    return value === undefined
      ? unreadable(line, 'body_not_json', 'is not JSON', replay)
      : { kind: 'event', event: value.json, replay };
  });
}

/** Those that are not blank; undefined where they are too many, and then no more of them were made. */
function linesOf(text: string): string[] | undefined {
  const lines: string[] = [];
  for (let from = 0; from < text.length; ) {
    const at = text.indexOf('\n', from);
    const end = at === -1 ? text.length : at;
    const line = text.slice(from, end);
    from = end + 1;
    if (line.trim() === '') continue;
    if (lines.length === maxItems) return undefined;
    lines.push(line);
  }
  return lines;
}

/** The first line alone is JSON, where the whole is not. */
function looksLikeLines(text: string): boolean {
  const trimmed = text.trimStart();
  const end = trimmed.indexOf('\n');
  return end !== -1 && parse(trimmed.slice(0, end)) !== undefined;
}

const unreadable = (raw: string, code: ErrorCode, detail: string, replay: boolean): Unreadable => ({
  kind: 'unreadable',
  raw,
  code,
  errors: [{ pointer: '', detail }],
  replay,
});

const tooMany = (text: string, replay: boolean): Unreadable =>
  unreadable(
    text,
    'batch_too_large',
    `holds more than ${maxItems} events; send them as several messages`,
    replay,
  );
