import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';

/**
 * Replays the first answer to a POST that carries an Idempotency-Key, to the caller who sent it. Part of `secured(…)`, behind the check of
 * the scope. For what is created and has an answer to keep: events are idempotent for ever by their ids, and the token of a session is
 * not a thing to keep.
 */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return await next();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new CrmbetError(
      'request_invalid',
      'The Idempotency-Key must be 1 to 255 visible ASCII characters.',
    );
  }
  const claim = await c.var.services.idempotency.claim(c.var.principal, key, {
    method: c.req.method,
    path: c.req.path,
    body: await c.req.text(),
  });
  if (claim.replay !== undefined) {
    c.header('Idempotent-Replayed', 'true');
    return new Response(claim.replay.body, {
      status: claim.replay.status,
      headers: { 'content-type': 'application/json' },
    });
  }
  await next();
  // Only what was done is kept: a refused request may be mended and sent again under the same key.
  if (c.res.ok) await claim.keep({ status: c.res.status, body: await c.res.clone().text() });
  else await claim.release();
});
