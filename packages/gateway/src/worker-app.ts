import type { AppOptions } from './app.ts';
import { measure } from './middleware/measure.ts';
import { answerNotFound, answerProblem } from './middleware/problems.ts';
import { requestContext } from './middleware/request-context.ts';
import { newApp } from './openapi.ts';
import type { App } from './routes/app-types.ts';
import { health } from './routes/meta/health.ts';
import { metricsPage } from './routes/meta/metrics.ts';

/** What a process that only works in the background answers: whether it lives, and its metrics. */
export function createWorkerApp({
  services,
  metrics,
  log,
  metricsText,
}: Pick<AppOptions, 'services' | 'metrics' | 'log' | 'metricsText'>): App {
  const app = newApp();
  app.use(requestContext(services, log), measure(metrics));
  health(app);
  metricsPage(app, { contentType: metrics.contentType, text: metricsText ?? (() => metrics.text()) });
  app.notFound(answerNotFound(() => []));
  app.onError(answerProblem);
  return app;
}
