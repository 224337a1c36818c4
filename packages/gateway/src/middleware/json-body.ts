import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { isShallow } from '../errors/is-shallow.ts';
import { isTextDeep } from '../errors/is-text.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { hasBody } from './has-body.ts';
import { notText } from './query-text.ts';
import { readJson } from './read-json.ts';

const maxDepth = 32;

/** More than any rule, model or session needs. */
const maxBytesElsewhere = 64 * 1024;

/** Refuses bodies above the limit of their path, read or declared, before anything is parsed. */
export const limitBody = (maxBytesOfEvents: number) => {
  const [events, elsewhere] = [
    limitTo(maxBytesOfEvents, ' Send it in smaller batches.'),
    limitTo(maxBytesElsewhere, ''),
  ];
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!hasBody(c.req)) return await next();
    return await (c.req.path === '/v1/events' ? events : elsewhere)(c, next);
  });
};

const limitTo = (maxSize: number, advice: string) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new CrmbetError('body_too_large', `A body may have up to ${maxSize} bytes here.${advice}`);
    },
  });

/** Refuses what is not JSON by its own word. */
export const requireJson = createMiddleware<AppEnv>(async (c, next) => {
  const declared = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (hasBody(c.req) && declared !== 'application/json') {
    throw new CrmbetError('content_type_unsupported', 'Send the body as application/json.');
  }
  await next();
});

/**
 * Refuses a body that nests too deep before a recursive schema walks it, and text that the database cannot hold. Events have a
 * checker of their own.
 */
export const refuseUnfitJson = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.path === '/v1/events' || !hasBody(c.req)) return await next();
  const body = await readJson(c.req);
  if (!isShallow(body, maxDepth)) {
    throw new CrmbetError('request_invalid', `The body is nested more than ${maxDepth} deep.`);
  }
  if (!isTextDeep(body)) throw notText('body', '');
  await next();
});
