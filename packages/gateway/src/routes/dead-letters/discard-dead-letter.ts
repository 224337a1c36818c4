import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { deadLetterParams } from './schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/dead-letters/{id}',
  operationId: 'discardDeadLetter',
  tags: ['dead letters'],
  summary: 'Give a dead letter up',
  ...secured('dead-letters:write'),
  request: { params: deadLetterParams },
  responses: { 204: { description: 'Discarded' }, ...problems('not_found') },
});

export function discardDeadLetter(app: App): void {
  app.openapi(route, async (c) => {
    await c.var.services.deadLetters.discard(c.var.principal, c.req.valid('param').id);
    return c.body(null, 204);
  });
}
