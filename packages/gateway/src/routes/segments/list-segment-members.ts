import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { SegmentMember, segmentParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/segments/{id}/members',
  operationId: 'listSegmentMembers',
  tags: ['segments'],
  summary: 'The players in a segment',
  ...secured('segments:read'),
  request: { params: segmentParams, query: z.strictObject(pageQuery) },
  responses: {
    200: json(pageOf(SegmentMember).openapi('SegmentMemberPage'), 'A page of members'),
    ...problems('not_found', 'cursor_invalid'),
  },
});

export function listSegmentMembers(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.segments.members(c.var.principal, c.req.valid('param').id, c.req.valid('query')),
      200,
    ),
  );
}
