import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { Metrics } from '../observability/metrics.ts';
import type { AppEnv } from '../routes/app-types.ts';

/** Counts and times each answer under the pattern of its route, and logs it at debug. */
export const measure = (metrics: Metrics) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const pattern = routePath(c, -1);
    const route = pattern.endsWith('*') ? 'other' : pattern;
    metrics.request(c.req.method, route, c.res.status, seconds);
    c.get('log').debug(
      { requestId: c.get('requestId'), method: c.req.method, route, status: c.res.status, seconds },
      'answered',
    );
  });
