import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../routes/app-types.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where there are replicas: before a caller hears that it has written, every process can know, so that its next read is not of before. */
export const noteWrites = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const { reads } = c.var.services;
  if (!reads.notesWrites || reading.has(c.req.method)) return;
  // Refused for what it says: nothing was written. After a failure of ours something may have been.
  if (c.res.status >= 400 && c.res.status < 500) return;
  const { principal } = c.var;
  await reads.wrote(principal);
  const { body } = c.res;
  if (body === null || c.res.headers.get('content-type')?.startsWith('application/x-ndjson') !== true) return;
  // An answer that is written while the writing goes on: noted again before its end.
  const noted = new TransformStream<Uint8Array, Uint8Array>({ flush: () => reads.wrote(principal) });
  c.res = new Response(body.pipeThrough(noted), c.res);
});
