import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { type BodyLimits, maxBytesOf } from './body-limits.ts';
import { decoded, encodings, isEncoding } from './decoded.ts';
import { hasBody } from './has-body.ts';

/**
 * Gives what comes behind it a body without a content encoding, decoded as it is read. A request that names none is passed on
 * untouched.
 */
export const decodeBody = (limits: BodyLimits) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const named = c.req.header('content-encoding');
    if (named === undefined || !hasBody(c.req)) return await next();
    const name = named.trim().toLowerCase();
    if (name === 'identity' || name === '') return await next();
    const encoding = name === 'x-gzip' ? 'gzip' : name;
    if (!isEncoding(encoding)) {
      c.header('Accept-Encoding', encodings);
      const detail = name.includes(',')
        ? `Encode the body once, not several times over, with one of ${encodings}.`
        : `A body may be encoded with one of ${encodings}, or not at all.`;
      throw new CrmbetError('content_encoding_unsupported', detail);
    }
    const { body } = c.req.raw;
    if (body === null) return await next();
    // A body that is a stream has to be called half of a duplex; the type of the DOM does not know the word.
    const init = { body: decoded(body, encoding, maxBytesOf(c.req, limits)), duplex: 'half' };
    const request = new Request(c.req.raw, init);
    request.headers.delete('content-encoding');
    // The length was that of the encoded body. Of this one nothing is known, which is what this header says.
    request.headers.delete('content-length');
    request.headers.set('transfer-encoding', 'chunked');
    c.req.raw = request;
    await next();
  });
