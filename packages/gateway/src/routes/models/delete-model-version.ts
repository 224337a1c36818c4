import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { versionParams } from './version-schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/models/{id}/versions/{version}',
  operationId: 'deleteModelVersion',
  tags: ['models'],
  summary: 'Delete a version that is not served',
  description: 'Not the active one, nor one in an experiment or in training, nor the only one.',
  ...secured('models:write'),
  request: { params: versionParams },
  responses: { 204: { description: 'It is gone' }, ...problems('not_found', 'version_in_use') },
});

export function deleteModelVersion(app: App): void {
  app.openapi(route, async (c) => {
    const { id, version } = c.req.valid('param');
    await c.var.services.modelVersions.remove(c.var.principal, id, version);
    return c.body(null, 204);
  });
}
