import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { Model, Purpose } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  tags: ['models'],
  summary: 'Models, newest first',
  ...secured('models:read'),
  request: { query: z.strictObject({ ...pageQuery, purpose: Purpose.optional() }) },
  responses: {
    200: json(pageOf(Model).openapi('ModelPage'), 'A page of models'),
    ...problems('cursor_invalid'),
  },
});

export function listModels(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.models.list(c.var.principal, c.req.valid('query')), 200),
  );
}
