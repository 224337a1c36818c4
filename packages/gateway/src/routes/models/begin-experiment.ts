import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, jsonBody, problems } from '../schemas.ts';
import { Experiment, Model, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models/{id}/experiment',
  operationId: 'beginModelExperiment',
  tags: ['models'],
  summary: 'Have a second version answer for a share of the players',
  description:
    'Who is in that share hangs on the ids of the model and the player alone: it is the same players for as long as the share is. Each score says which version gave it. A running experiment is replaced.',
  ...secured('models:write'),
  request: { params: modelParams, body: jsonBody(Experiment) },
  responses: {
    200: json(Model, 'The model'),
    ...problems(
      'not_found',
      'model_not_ready',
      'output_missing',
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
    ),
  },
});

export function beginModelExperiment(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.modelVersions.experiment(
        c.var.principal,
        c.req.valid('param').id,
        c.req.valid('json'),
      ),
      200,
    ),
  );
}
