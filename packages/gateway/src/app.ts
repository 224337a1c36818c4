import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { Logger } from 'pino';
import { authenticate } from './middleware/authenticate.ts';
import { decodeBody } from './middleware/content-encoding.ts';
import { limitBody, refuseUnfitJson, requireJson } from './middleware/json-body.ts';
import { measure } from './middleware/measure.ts';
import { noteWrites } from './middleware/note-writes.ts';
import { answerNotFound, answerProblem } from './middleware/problems.ts';
import { refuseUnstorableQuery } from './middleware/query-text.ts';
import { requestContext } from './middleware/request-context.ts';
import type { Metrics } from './observability/metrics.ts';
import { describe, newApp } from './openapi.ts';
import type { App } from './routes/app-types.ts';
import { docs } from './routes/meta/docs.ts';
import { health } from './routes/meta/health.ts';
import { metricsPage } from './routes/meta/metrics.ts';
import { methodTable } from './routes/method-table.ts';
import { registerRoutes } from './routes/register.ts';
import type { Services } from './services/services.ts';

/** Bytes of a body of /v1/events where nothing else is said. */
export const maxBodyBytes = 4 * 1024 * 1024;

export type AppOptions = {
  services: Services;
  metrics: Metrics;
  log: Logger;
  /** The page at /metrics; that of this process alone where left out. */
  metricsText?: () => Promise<string>;
  /** Bytes of a body of /v1/events; a batch of 1,000 large events fits well. Other bodies may have 64 KiB. */
  maxBodyBytes?: number;
  /** Serves what is no path of ours: the operator's pages, in the demo. */
  fallback?: (request: Request) => Response | Promise<Response>;
};

/** The gateway as a web-standard app: the order of things a request passes, and who may call what. */
export function createApp({
  services,
  metrics,
  log,
  metricsText = () => metrics.text(),
  maxBodyBytes: maxEventsBytes = maxBodyBytes,
  fallback,
}: AppOptions): App {
  const app = newApp();
  const limits = { events: maxEventsBytes, upload: services.uploads.limits.maxBytes };
  app.use(requestContext(services, log), measure(metrics));

  // Anyone
  app.use('/docs', secureHeaders());
  health(app);
  metricsPage(app, { contentType: metrics.contentType, text: metricsText });
  docs(app);

  // Holders of a key or a session. Bearer only, no cookies: any origin may ask, and the credential decides.
  app.use(
    '/v1/*',
    secureHeaders(),
    cors({
      origin: '*',
      exposeHeaders: ['X-Request-Id', 'X-As-Of', 'X-Row-Count', 'Retry-After', 'Accept-Encoding'],
      maxAge: 600,
    }),
  );
  app.use(
    '/v1/*',
    authenticate,
    noteWrites,
    decodeBody(limits),
    limitBody(limits),
    requireJson,
    refuseUnstorableQuery,
    refuseUnfitJson,
  );
  registerRoutes(app);

  const document = describe(app);
  app.get('/openapi.json', (c) => c.json(document));

  const notFound = answerNotFound(methodTable(document));
  app.notFound(async (c) => {
    const isOurs = c.req.path.startsWith('/v1/') || c.req.path === '/v1';
    return fallback === undefined || isOurs ? notFound(c) : await fallback(c.req.raw);
  });
  app.onError(answerProblem);
  return app;
}
