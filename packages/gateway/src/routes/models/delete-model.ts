import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { modelParams } from './schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/models/{id}',
  operationId: 'deleteModel',
  tags: ['models'],
  summary: 'Delete a model with its versions and scores',
  description: 'Not while a segment reads it, or a version of it is being trained.',
  ...secured('models:write'),
  request: { params: modelParams },
  responses: { 204: { description: 'It is gone' }, ...problems('not_found', 'model_in_use') },
});

export function deleteModel(app: App): void {
  app.openapi(route, async (c) => {
    await c.var.services.models.remove(c.var.principal, c.req.valid('param').id);
    return c.body(null, 204);
  });
}
