import type { App } from '../app-types.ts';

/** /livez: the process answers. /readyz: it can do its work now. */
export function health(app: App): void {
  app.get('/livez', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { ready, reason } = await c.var.services.health.ready();
    return c.json(ready ? { status: 'ok' } : { status: 'unavailable', reason }, ready ? 200 : 503);
  });
}
