import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Drift, versionParams } from './version-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions/{version}/drift',
  operationId: 'getModelDrift',
  tags: ['models'],
  summary: 'How far players have moved since a version was trained',
  description:
    'Population stability index of each feature and each answer, over a repeatable sample of up to 20,000 players as they are now.',
  ...secured('models:read'),
  request: { params: versionParams },
  responses: {
    200: json(Drift, 'Column by column'),
    ...problems('not_found', 'model_not_ready', 'drift_unknown', 'too_few_players'),
  },
});

export function getModelDrift(app: App): void {
  app.openapi(route, async (c) => {
    const { id, version } = c.req.valid('param');
    return c.json(await c.var.services.modelComparison.drift(c.var.principal, id, version), 200);
  });
}
