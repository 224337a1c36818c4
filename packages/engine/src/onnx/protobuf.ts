/**
 * The few lines of Protocol Buffers that writing an ONNX file and reading its metadata take
 * (https://protobuf.dev/programming-guides/encoding). Field numbers are those of onnx.proto, IR version 8.
 */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];

  /** int32, int64 and enums. */
  varint(field: number, value: number): this {
    return this.#push(varintBytes(field * 8), varintBytes(value));
  }

  float(field: number, value: number): this {
    const bytes = new DataView(new ArrayBuffer(4));
    bytes.setFloat32(0, value, true);
    return this.#push(varintBytes(field * 8 + 5), new Uint8Array(bytes.buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varintBytes(field * 8 + 2), varintBytes(value.length), value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #push(...parts: Uint8Array[]): this {
    this.#parts.push(...parts);
    return this;
  }
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  // A negative number is written as its two's complement of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest % 128n) + 128);
    rest /= 128n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/**
 * The length-delimited fields of one message; others are passed over.
 * @throws RangeError when the bytes are no message
 */
export function* readFields(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array }> {
  for (const { field, value } of readEntries(bytes)) {
    if (typeof value !== 'number') yield { field, value };
  }
}

/**
 * The varints and the length-delimited fields of one message; others are passed over. Numbers above 2^53 are rounded, and
 * negative ones come as 2^64 more.
 * @throws RangeError when the bytes are no message
 */
export function* readEntries(bytes: Uint8Array): Generator<{ field: number; value: Uint8Array | number }> {
  let at = 0;
  const skip = (length: number): void => {
    at += length;
    if (at > bytes.length) throw new RangeError('The message ends within a field.');
  };
  while (at < bytes.length) {
    const [tag, afterTag] = readVarint(bytes, at);
    at = afterTag;
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) {
      const [value, after] = readVarint(bytes, at);
      at = after;
      yield { field, value };
    } else if (type === 1) skip(8);
    else if (type === 5) skip(4);
    else if (type === 2) {
      const [length, start] = readVarint(bytes, at);
      at = start;
      skip(length);
      yield { field, value: bytes.subarray(start, at) };
    } else throw new RangeError(`Wire type ${type} is not in use.`);
  }
}

/** @throws RangeError */
export function readVarint(bytes: Uint8Array, start: number): [value: number, after: number] {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) throw new RangeError('The message ends within a number.');
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return [value, start + i + 1];
  }
  throw new RangeError('A number is longer than ten bytes.');
}
