import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decoded, type Encoding } from './decoded.ts';

const encoders: Record<Encoding, (bytes: Uint8Array) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
};
const cases = (['gzip', 'br', 'zstd'] as const).map((encoding) => [encoding, encoders[encoding]] as const);
const mb = 1024 * 1024;

const bodyOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const read = async (body: ReadableStream<Uint8Array>) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const text = Buffer.from('one event after another '.repeat(200));

describe.each(cases)('a body in %s', (encoding, encode) => {
  it('comes out as it was, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 5000 }),
        fc.integer({ min: 1, max: 700 }),
        async (bytes, size) => {
          const whole = encode(bytes);
          const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) =>
            whole.subarray(n * size, (n + 1) * size),
          );
          expect(await read(decoded(bodyOf(...chunks), encoding, mb))).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['cut short', (whole: Buffer) => whole.subarray(0, whole.length - 9)],
    ['cut short by a byte', (whole: Buffer) => whole.subarray(0, whole.length - 1)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('{"id":"e-1"}')],
    ['followed by something else', (whole: Buffer) => Buffer.concat([whole, Buffer.from('{"id":"e-1"}')])],
  ])('is refused when it is %s', async (_, spoil) => {
    await expect(read(decoded(bodyOf(spoil(encode(text))), encoding, mb))).rejects.toMatchObject({
      code: 'content_encoding_broken',
    });
  });

  it('loses nothing of two in a row: it takes both, or refuses', async () => {
    const both = Buffer.concat([text, text]);
    const together = decoded(bodyOf(Buffer.concat([encode(text), encode(text)])), encoding, mb);
    const apart = decoded(bodyOf(encode(text), encode(text)), encoding, mb);
    for (const body of [together, apart]) {
      const outcome: unknown = await read(body).catch((error: unknown) => error);
      if (encoding === 'gzip' || Buffer.isBuffer(outcome)) expect(outcome).toEqual(both);
      else expect(outcome).toMatchObject({ code: 'content_encoding_broken' });
    }
  });

  it('that bursts is stopped at the limit, and read no further', async () => {
    const bomb = encode(Buffer.alloc(64 * mb));
    await expect(read(decoded(bodyOf(bomb), encoding, mb))).rejects.toMatchObject({ code: 'body_too_large' });
    let out = 0;
    const counting = async () => {
      for await (const chunk of decoded(bodyOf(bomb), encoding, 1024 * mb)) out += chunk.length;
    };
    await expect(counting()).rejects.toMatchObject({ code: 'body_too_large' });
    expect(out).toBeLessThan(16 * mb);
  });

  it('passes on why its source broke', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode(text).subarray(0, 10)),
      pull: (controller) => controller.error(new Error('the cable')),
    });
    await expect(read(decoded(broken, encoding, mb))).rejects.toThrow('the cable');
  });

  it('lets go of its source when nobody wants it', async () => {
    let let_go = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encode(text)),
      cancel: () => {
        let_go = true;
      },
    });
    const reader = decoded(endless, encoding, 1024 * mb).getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => let_go).toBe(true);
  });
});

it('counts what goes in too: empty blocks make nothing for ever', async () => {
  // A gzip header, and stored blocks of no bytes (RFC 1951, 3.2.4).
  const header = gzipSync(Buffer.alloc(0)).subarray(0, 10);
  const block = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
  const blocks = Buffer.concat(Array.from({ length: 20_000 }, () => block));
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(header),
    pull: (controller) => {
      sent += blocks.length;
      controller.enqueue(blocks);
    },
  });
  await expect(read(decoded(endless, 'gzip', mb))).rejects.toMatchObject({ code: 'body_too_large' });
  expect(sent).toBeLessThan(2 * mb);
});

it('refuses a window that would cost its reader 128 MB', async () => {
  const wide = zstdCompressSync(Buffer.alloc(200 * mb), { params: { [constants.ZSTD_c_windowLog]: 27 } });
  await expect(read(decoded(bodyOf(wide), 'zstd', 1024 * mb))).rejects.toMatchObject({
    code: 'content_encoding_broken',
  });
});
