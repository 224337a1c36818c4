import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { modelParams } from './schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/models/{id}/experiment',
  operationId: 'endModelExperiment',
  tags: ['models'],
  summary: 'Have the active version answer for everybody again',
  ...secured('models:write'),
  request: { params: modelParams },
  responses: { 204: { description: 'There is no experiment' }, ...problems('not_found') },
});

export function endModelExperiment(app: App): void {
  app.openapi(route, async (c) => {
    await c.var.services.modelVersions.endExperiment(c.var.principal, c.req.valid('param').id);
    return c.body(null, 204);
  });
}
