import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { isShallow } from '../errors/is-shallow.ts';
import type { AppEnv } from '../routes/app-types.ts';

const maxDepth = 32;

/** Refuses a body that nests too deep before a recursive schema walks it. Events have a checker of their own. */
export const refuseDeepJson = createMiddleware<AppEnv>(async (c, next) => {
  const checkedElsewhere = c.req.path === '/v1/events' || c.req.raw.body === null;
  if (!checkedElsewhere && !isShallow(await c.req.json(), maxDepth)) {
    throw new CrmbetError('request_invalid', `The body is nested more than ${maxDepth} deep.`);
  }
  await next();
});
