import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { modelParams } from './schemas.ts';
import { ModelVersion } from './version-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions',
  operationId: 'listModelVersions',
  tags: ['models'],
  summary: 'Versions of a model, newest first',
  ...secured('models:read'),
  request: { params: modelParams, query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(ModelVersion).openapi('ModelVersionPage'), 'A page of versions'),
    ...problems('not_found', 'cursor_invalid'),
  },
});

export function listModelVersions(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.modelVersions.list(c.var.principal, c.req.valid('param').id, c.req.valid('query')),
      200,
    ),
  );
}
