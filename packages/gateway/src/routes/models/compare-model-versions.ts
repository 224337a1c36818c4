import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { modelParams } from './schemas.ts';
import { Comparison, versionInQuery } from './version-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/compare',
  operationId: 'compareModelVersions',
  tags: ['models'],
  summary: 'Two versions of a model, asked about the same players',
  description: 'About a repeatable sample of up to 20,000 players, as they are now.',
  ...secured('models:read'),
  request: {
    params: modelParams,
    query: z.strictObject({ base: versionInQuery, other: versionInQuery }),
  },
  responses: { 200: json(Comparison, 'How alike they answer'), ...problems('not_found', 'model_not_ready') },
});

export function compareModelVersions(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.modelComparison.compare(
        c.var.principal,
        c.req.valid('param').id,
        c.req.valid('query'),
      ),
      200,
    ),
  );
}
