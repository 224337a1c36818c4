import type { Metrics } from '../../observability/metrics.ts';
import type { App } from '../app-types.ts';

export function metricsPage(app: App, metrics: Pick<Metrics, 'text' | 'contentType'>): void {
  app.get('/metrics', async (c) =>
    c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
}
