import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { Job, modelParams } from '../models/schemas.ts';
import { json, problems } from '../schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'getJob',
  tags: ['jobs'],
  summary: 'A job and its progress',
  ...secured('models:read'),
  request: { params: modelParams },
  responses: { 200: json(Job, 'The job'), ...problems('not_found') },
});

export function getJob(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.jobs.read(c.var.principal, c.req.valid('param').id), 200),
  );
}
