import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { isText } from '../errors/is-text.ts';
import type { AppEnv } from '../routes/app-types.ts';

/** Refuses text in a query that the database cannot hold. */
export const refuseUnstorableQuery = createMiddleware<AppEnv>(async (c, next) => {
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (!values.every(isText)) throw notText('query', `/${isText(name) ? name : ''}`);
  }
  await next();
});

export const notText = (part: 'query' | 'body', pointer: string): CrmbetError =>
  new CrmbetError('request_invalid', `The ${part} of the request holds a character that is not text.`, {
    errors: [{ pointer, detail: 'holds a character that is not text' }],
  });
