import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { Segment, segmentParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/segments/{id}',
  operationId: 'getSegment',
  tags: ['segments'],
  summary: 'One segment',
  ...secured('segments:read'),
  request: { params: segmentParams },
  responses: { 200: json(Segment, 'The segment'), ...problems('not_found') },
});

export function getSegment(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.segments.read(c.var.principal, c.req.valid('param').id), 200),
  );
}
