import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { Segment } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/segments',
  operationId: 'listSegments',
  tags: ['segments'],
  summary: 'Segments, newest first',
  ...secured('segments:read'),
  request: { query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(Segment).openapi('SegmentPage'), 'A page of segments'),
    ...problems('cursor_invalid'),
  },
});

export function listSegments(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.segments.list(c.var.principal, c.req.valid('query')), 200),
  );
}
