import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ErrorCode } from '../../errors/codes.ts';
import { isObject } from '../../errors/is-object.ts';
import type { StreamItem, StreamMessage, Unreadable } from './stream-message.ts';

/** Of a compressed message, unpacked. Brokers bound what comes uncompressed. */
const maxUnpackedBytes = 64 * 1024 * 1024;

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
 * its looks. Never throws, and loses nothing: each part that is no JSON is an item too.
 *
 * @param replay what the operator says of the whole stream; a batch may say it of itself
 */
export function readMessage(message: StreamMessage, replay: boolean): StreamItem[] {
  const type = mediaType(message.contentType);
  const packed = unpack(message);
  if ('reason' in packed)
    return [unreadable(lenient.decode(message.body), 'content_type_unsupported', packed.reason, replay)];
  const text = decode(packed.bytes);
  if (text === undefined)
    return [unreadable(lenient.decode(packed.bytes), 'body_not_json', 'is not UTF-8', replay)];
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
  if (value !== undefined) return readValue(value.json, replay);
  if (anyTypes.has(type) && looksLikeLines(text)) return readLines(text, replay);
  return [unreadable(text, 'body_not_json', text.trim() === '' ? 'is empty' : 'is not JSON', replay)];
}

const mediaType = (declared = ''): string => declared.split(';')[0]?.trim().toLowerCase() ?? '';

function unpack({ body, contentEncoding }: StreamMessage): { bytes: Uint8Array } | { reason: string } {
  const encoding = contentEncoding?.trim().toLowerCase() ?? '';
  try {
    switch (encoding) {
      case '':
      case 'identity':
      case 'utf-8': // what some senders write there
      case 'utf8':
        return { bytes: body };
      case 'gzip':
        return { bytes: gunzipSync(body, { maxOutputLength: maxUnpackedBytes }) };
      case 'br':
        return { bytes: brotliDecompressSync(body, { maxOutputLength: maxUnpackedBytes }) };
    }
  } catch {
    return { reason: `is not ${encoding}, or holds more than ${maxUnpackedBytes} bytes` };
  }
  return { reason: `is encoded as ${encoding.slice(0, 100)}; send it plain, as gzip or as br` };
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

function readValue(json: unknown, replay: boolean): StreamItem[] {
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
  return events.map((event: unknown) => ({ kind: 'event', event, replay: replay || own }));
}

function readLines(text: string, replay: boolean): StreamItem[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return [unreadable(text, 'body_not_json', 'is empty', replay)];
  return lines.map((line) => {
    const value = parse(line);
    return value === undefined
      ? unreadable(line, 'body_not_json', 'is not JSON', replay)
      : { kind: 'event', event: value.json, replay };
  });
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
