import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** NOTIFY carries less than 8000 bytes. What is longer is packed, and where that is not enough, sent in parts. */
export const maxPayloadBytes = 7900;
/** A message of more parts than this is not sent: it would be megabytes through a queue that all share. */
const maxParts = 64;
/** What a packed message may unpack to. */
const maxUnpackedBytes = 16 * 1024 * 1024;

/** `sender/number/part/parts/packing/text`: who it is from, which message of theirs, which part of it. */
const shape = /^([0-9a-f-]{36})\/(\d{1,15})\/(\d{1,3})\/(\d{1,3})\/([tz])\/(.*)$/s;

/** The payloads that carry a text, or undefined where it is too long to be sent. */
export function toFrames(sender: string, number: number, text: string): string[] | undefined {
  const head = (part: number, parts: number, packing: 't' | 'z') =>
    `${sender}/${number}/${part}/${parts}/${packing}/`;
  const room = maxPayloadBytes - head(maxParts, maxParts, 'z').length;
  if (Buffer.byteLength(text) <= room) return [head(1, 1, 't') + text];
  // Base64 is plain ASCII, so that it can be cut anywhere.
  const packed = deflateRawSync(text).toString('base64');
  const parts = Math.ceil(packed.length / room);
  if (parts > maxParts) return undefined;
  return Array.from(
    { length: parts },
    (_, at) => head(at + 1, parts, 'z') + packed.slice(at * room, (at + 1) * room),
  );
}

/** Puts messages together again. The parts of one arrive one after the other, as they were committed; what is torn is dropped. */
export class FrameReader {
  readonly #open = new Map<string, { number: string; parts: string[] }>();

  /** @returns the whole message that this payload completes, if it does */
  read(payload: string): { sender: string; text: string } | undefined {
    const [, sender = '', number = '', part, parts, packing, text = ''] = shape.exec(payload) ?? [];
    if (sender === '') return undefined;
    if (packing === 't') return { sender, text };
    let open = this.#open.get(sender);
    if (open?.number !== number) {
      open = { number, parts: [] };
      this.#open.set(sender, open);
    }
    open.parts.push(text);
    if (open.parts.length !== Number(part)) this.#open.delete(sender);
    else if (part === parts) {
      this.#open.delete(sender);
      const whole = unpack(open.parts.join(''));
      return whole === undefined ? undefined : { sender, text: whole };
    }
    return undefined;
  }
}

function unpack(base64: string): string | undefined {
  try {
    return inflateRawSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxUnpackedBytes }).toString();
  } catch {
    return undefined;
  }
}
