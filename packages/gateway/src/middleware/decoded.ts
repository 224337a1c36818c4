import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { CrmbetError } from '../errors/crmbet-error.ts';

/** One call makes a decoder of its own: they hold state. */
const decoders = {
  gzip: () => createGunzip(),
  // Of these two Node passes over whatever follows the first stream, which would lose it without a word.
  br: () => createBrotliDecompress({ rejectGarbageAfterEnd: true }),
  // RFC 9659: a window of 8 MB is what HTTP asks a reader for. Node's own bound lets a few bytes ask for 128 MB.
  zstd: () =>
    createZstdDecompress({
      rejectGarbageAfterEnd: true,
      params: { [constants.ZSTD_d_windowLogMax]: 23 },
    }),
};

export type Encoding = keyof typeof decoders;

/** As `Accept-Encoding` lists them. */
export const encodings = Object.keys(decoders).join(', ');

export const isEncoding = (name: string): name is Encoding => Object.hasOwn(decoders, name);

/** Events shrink ten- to fortyfold. What shrinks more than this, once it is large, was made to burst. */
const maxRatio = 200;
const ratioAppliesFrom = 4 * 1024 * 1024;

/**
 * The bytes behind a content encoding, made as they are read and no faster.
 *
 * @param maxSize bytes, of the body as it was sent and as it becomes
 * @throws {CrmbetError} in the reading: `body_too_large`, or `content_encoding_broken`. What broke the connection is thrown as it is.
 */
export function decoded(
  body: ReadableStream<Uint8Array>,
  encoding: Encoding,
  maxSize: number,
): ReadableStream<Uint8Array> {
  let sent = 0;
  let made = 0;
  let lost: { cause: unknown } | undefined;
  const tooLarge = () =>
    new CrmbetError(
      'body_too_large',
      `A body may have up to ${maxSize} bytes here, before and after ${encoding}.`,
    );
  const source = Readable.from(
    (async function* () {
      try {
        for await (const chunk of body) {
          sent += chunk.byteLength;
          // Empty blocks cost bytes and make none: what comes out is no bound for what goes in.
          if (sent > maxSize) throw tooLarge();
          yield chunk;
        }
      } catch (cause) {
        lost = { cause };
        throw cause;
      }
    })(),
    { objectMode: false, highWaterMark: 64 * 1024 },
  );
  const bounded = new Transform({
    highWaterMark: 64 * 1024,
    transform(chunk: Buffer, _, done) {
      made += chunk.length;
      if (made > maxSize) return done(tooLarge());
      if (made > ratioAppliesFrom && made > sent * maxRatio)
        return done(
          new CrmbetError('body_too_large', `The body grows more than ${maxRatio}-fold when it is decoded.`),
        );
      done(null, chunk);
    },
  });
  const stop = new AbortController();
  // Rejects with the same error that the reader of the last stream meets.
  pipeline(source, decoders[encoding](), bounded, { signal: stop.signal }).catch(() => {});
  const chunks = bounded[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (lost !== undefined) throw lost.cause;
        if (error instanceof CrmbetError) throw error;
        throw new CrmbetError('content_encoding_broken', `The body is not whole, or is not ${encoding}.`, {
          cause: error,
        });
      }
    },
    cancel: (reason) => stop.abort(reason),
  });
}
