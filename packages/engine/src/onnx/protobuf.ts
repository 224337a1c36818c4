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
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('The message ends within a number.');
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError('A number is longer than ten bytes.');
  };
  const skip = (length: number): void => {
    at += length;
    if (at > bytes.length) throw new RangeError('The message ends within a field.');
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag % 8;
    if (type === 0) varint();
    else if (type === 1) skip(8);
    else if (type === 5) skip(4);
    else if (type === 2) {
      const length = varint();
      const start = at;
      skip(length);
      yield { field: Math.floor(tag / 8), value: bytes.subarray(start, at) };
    } else throw new RangeError(`Wire type ${type} is not in use.`);
  }
}
