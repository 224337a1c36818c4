import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, jsonBody, problems } from '../schemas.ts';
import { Model, NewModel } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models',
  operationId: 'createModel',
  tags: ['models'],
  summary: 'Make a model, and train its first version as a job',
  description: 'The first version that is ready is served by itself; every later one waits to be promoted.',
  ...secured('models:write', { idempotent: true }),
  request: { headers: idempotencyHeader, body: jsonBody(NewModel) },
  responses: {
    202: json(Model, 'The model; its job tells the progress'),
    ...problems(
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'name_taken',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function createModel(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.models.create(c.var.principal, c.req.valid('json')), 202),
  );
}
