import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { Logger } from 'pino';
import type { AppEnv } from '../routes/app-types.ts';
import type { Services } from '../services/services.ts';

/** Gives each request its id, its logger and the services; the id goes back in `X-Request-Id`. */
export const requestContext = (services: Services, log: Logger) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const requestId = `req_${randomUUID()}`;
    c.set('requestId', requestId);
    c.set('services', services);
    c.set('log', log);
    c.header('X-Request-Id', requestId);
    await next();
  });
