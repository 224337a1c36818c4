import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';
import { DeadLetter, deadLetterParams } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dead-letters/{id}',
  operationId: 'getDeadLetter',
  tags: ['dead letters'],
  summary: 'One dead letter, with what was sent',
  ...secured('dead-letters:read'),
  request: { params: deadLetterParams },
  responses: { 200: json(DeadLetter, 'The letter'), ...problems('not_found') },
});

export function getDeadLetter(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.deadLetters.read(c.var.principal, c.req.valid('param').id), 200),
  );
}
