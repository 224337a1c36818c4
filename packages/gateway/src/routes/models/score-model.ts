import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Job, modelParams } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/models/{id}/score',
  operationId: 'scoreModel',
  tags: ['models'],
  summary: 'Score everybody whose score is missing or old, as a job',
  description:
    'Scores follow the events of players by themselves, and the days; this is for whoever will not wait. A job that is under way is as good as a new one, and is what is answered then.',
  ...secured('models:write'),
  request: { params: modelParams },
  responses: { 202: json(Job, 'The job'), ...problems('not_found', 'model_not_ready') },
});

export function scoreModel(app: App): void {
  app.openapi(route, async (c) => {
    const { modelVersions, jobs } = c.var.services;
    const job = await modelVersions.score(c.var.principal, c.req.valid('param').id);
    return c.json(await jobs.read(c.var.principal, job), 202);
  });
}
