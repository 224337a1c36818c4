import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';

/**
 * Replays the first answer to a POST that carries an Idempotency-Key. Events are left out: their ids make them
 * idempotent for ever. So are sessions: a token is not a thing to keep.
 */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key');
  const exempt = c.req.path === '/v1/events' || c.req.path === '/v1/sessions';
  if (c.req.method !== 'POST' || key === undefined || exempt) return await next();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new CrmbetError(
      'request_invalid',
      'The Idempotency-Key must be 1 to 255 visible ASCII characters.',
    );
  }
  const claim = await c.var.services.idempotency.claim(c.var.principal.tenantId, key, {
    method: c.req.method,
    path: c.req.path,
    body: await c.req.text(),
  });
  if (claim.replay !== undefined) {
    c.header('Idempotent-Replayed', 'true');
    return new Response(JSON.stringify(claim.replay.body), {
      status: claim.replay.status,
      headers: { 'content-type': 'application/json' },
    });
  }
  await next();
  // Only what was done is kept: a refused request may be mended and sent again under the same key.
  if (c.res.ok) await claim.keep({ status: c.res.status, body: await c.res.clone().json() });
  else await claim.release();
});
