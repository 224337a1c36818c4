import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Model, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}',
  operationId: 'getModel',
  tags: ['models'],
  summary: 'One model, as its active version is; before there is one, as its newest',
  ...secured('models:read'),
  request: { params: modelParams },
  responses: { 200: json(Model, 'The model'), ...problems('not_found') },
});

export function getModel(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.models.read(c.var.principal, c.req.valid('param').id), 200),
  );
}
