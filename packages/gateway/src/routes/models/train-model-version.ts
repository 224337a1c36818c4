import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, jsonBody, problems } from '../schemas.ts';
import { modelParams } from './schemas.ts';
import { ModelVersion, NewModelVersion } from './version-schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models/{id}/versions',
  operationId: 'trainModelVersion',
  tags: ['models'],
  summary: 'Train another version of a model, as a job',
  description:
    'On the players as they are by now, with the same or with other parameters. Nothing that is served changes.',
  ...secured('models:write', { idempotent: true }),
  request: { params: modelParams, headers: idempotencyHeader, body: jsonBody(NewModelVersion) },
  responses: {
    202: json(ModelVersion, 'The version; its job tells the progress'),
    ...problems(
      'not_found',
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function trainModelVersion(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.modelVersions.train(c.var.principal, c.req.valid('param').id, c.req.valid('json')),
      202,
    ),
  );
}
