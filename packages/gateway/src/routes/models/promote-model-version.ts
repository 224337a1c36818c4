import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Model } from './schemas.ts';
import { versionParams } from './version-schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models/{id}/versions/{version}/promote',
  operationId: 'promoteModelVersion',
  tags: ['models'],
  summary: 'Serve a version: from now on it answers for every player',
  description: 'Everybody is scored by it, as a job. An experiment goes on, unless this was its challenger.',
  ...secured('models:write'),
  request: { params: versionParams },
  responses: { 200: json(Model, 'The model'), ...problems('not_found', 'model_not_ready', 'output_missing') },
});

export function promoteModelVersion(app: App): void {
  app.openapi(route, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await c.var.services.modelVersions.promote(c.var.principal, id, version), 200);
  });
}
