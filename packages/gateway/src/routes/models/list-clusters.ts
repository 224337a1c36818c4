import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Cluster, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/clusters',
  operationId: 'listClusters',
  tags: ['models'],
  summary: 'The clusters of the active version of a model, each with its profile',
  ...secured('models:read'),
  request: { params: modelParams },
  responses: {
    200: json(z.strictObject({ data: z.array(Cluster) }).openapi('ClusterList'), 'Largest first'),
    ...problems('not_found', 'model_not_ready'),
  },
});

export function listClusters(app: App): void {
  app.openapi(route, async (c) =>
    c.json({ data: await c.var.services.models.clusters(c.var.principal, c.req.valid('param').id) }, 200),
  );
}
