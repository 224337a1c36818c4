import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { Job, modelParams } from '../models/schemas.ts';
import { json, problems } from '../schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  tags: ['jobs'],
  summary: 'Cancel a job that is queued or running',
  ...secured('models:write'),
  request: { params: modelParams },
  responses: { 200: json(Job, 'The job, cancelled'), ...problems('not_found', 'job_finished') },
});

export function cancelJob(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.jobs.cancel(c.var.principal, c.req.valid('param').id), 200),
  );
}
