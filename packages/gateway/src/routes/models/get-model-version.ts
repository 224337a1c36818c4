import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { ModelVersion, versionParams } from './version-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions/{version}',
  operationId: 'getModelVersion',
  tags: ['models'],
  summary:
    'One version of a model: how good it is, where it comes from, and how far its players have moved since',
  ...secured('models:read'),
  request: { params: versionParams },
  responses: { 200: json(ModelVersion, 'The version'), ...problems('not_found') },
});

export function getModelVersion(app: App): void {
  app.openapi(route, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await c.var.services.modelVersions.read(c.var.principal, id, version), 200);
  });
}
