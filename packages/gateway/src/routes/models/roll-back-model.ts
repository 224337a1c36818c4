import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, problems } from '../schemas.ts';
import { Model, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models/{id}/rollback',
  operationId: 'rollBackModel',
  tags: ['models'],
  summary: 'Serve the version that was promoted before the active one',
  ...secured('models:write', { idempotent: true }),
  request: { params: modelParams, headers: idempotencyHeader },
  responses: {
    200: json(Model, 'The model'),
    ...problems(
      'not_found',
      'version_not_earlier',
      'output_missing',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function rollBackModel(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.modelVersions.rollBack(c.var.principal, c.req.valid('param').id), 200),
  );
}
