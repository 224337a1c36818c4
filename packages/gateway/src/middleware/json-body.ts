import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';

/** Refuses bodies above the limit, read or declared, before anything is parsed. */
export const limitBody = (maxBytes: number) =>
  bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new CrmbetError(
        'body_too_large',
        `A body may have up to ${maxBytes} bytes. Send it in smaller batches.`,
      );
    },
  });

const hasBody = new Set(['POST', 'PUT', 'PATCH']);

/** Refuses what is not JSON by its own word; a POST without a body (a cancel) needs no content type. */
export const requireJson = createMiddleware<AppEnv>(async (c, next) => {
  const type = c.req.header('content-type');
  const declared = type?.split(';')[0]?.trim().toLowerCase();
  if (
    hasBody.has(c.req.method) &&
    declared !== 'application/json' &&
    (declared !== undefined || c.req.raw.body !== null)
  ) {
    throw new CrmbetError('content_type_unsupported', 'Send the body as application/json.');
  }
  await next();
});
