import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { isText, isTextDeep } from '../errors/is-text.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { hasBody } from './has-body.ts';
import { readJson } from './read-json.ts';

/** Refuses text that the database cannot hold, in a query or a body. After the refusal of deep bodies; events have a checker of their own. */
export const refuseUnstorableText = createMiddleware<AppEnv>(async (c, next) => {
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (!values.every(isText)) refuse('query', `/${isText(name) ? name : ''}`);
  }
  if (c.req.path !== '/v1/events' && hasBody(c.req) && !isTextDeep(await readJson(c.req))) refuse('body', '');
  await next();
});

function refuse(part: 'query' | 'body', pointer: string): never {
  throw new CrmbetError('request_invalid', `The ${part} of the request holds a character that is not text.`, {
    errors: [{ pointer, detail: 'holds a character that is not text' }],
  });
}
