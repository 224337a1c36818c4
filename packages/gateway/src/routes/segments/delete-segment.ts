import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { segmentParams } from './schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/segments/{id}',
  operationId: 'deleteSegment',
  tags: ['segments'],
  summary: 'Delete a segment and its memberships',
  ...secured('segments:write'),
  request: { params: segmentParams },
  responses: { 204: { description: 'Deleted' }, ...problems('not_found') },
});

export function deleteSegment(app: App): void {
  app.openapi(route, async (c) => {
    await c.var.services.segments.remove(c.var.principal, c.req.valid('param').id);
    return c.body(null, 204);
  });
}
