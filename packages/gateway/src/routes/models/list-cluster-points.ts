import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { ClusterPoint, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/points',
  operationId: 'listClusterPoints',
  tags: ['models'],
  summary: 'Players of a model on a plane (first two principal components), for drawing',
  ...secured('models:read'),
  request: {
    params: modelParams,
    query: z.strictObject({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(50_000)
        .default(5000)
        .openapi({ description: 'A repeatable sample of at most so many' }),
    }),
  },
  responses: {
    200: json(z.strictObject({ data: z.array(ClusterPoint) }).openapi('ClusterPoints'), 'Points'),
    ...problems('not_found', 'model_not_ready'),
  },
});

export function listClusterPoints(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      {
        data: await c.var.services.models.points(
          c.var.principal,
          c.req.valid('param').id,
          c.req.valid('query').limit,
        ),
      },
      200,
    ),
  );
}
