import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { DeadLetterSummary, deadLetterFilter } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/dead-letters',
  operationId: 'listDeadLetters',
  tags: ['dead letters'],
  summary: 'What could not be stored as an event, newest first',
  description:
    'Every item that was answered rejected or conflict, once for each content and reason, for 30 days after it was last sent or as the gateway is configured.',
  ...secured('dead-letters:read'),
  request: { query: z.strictObject({ ...pageQuery, ...deadLetterFilter }) },
  responses: {
    200: json(pageOf(DeadLetterSummary).openapi('DeadLetterPage'), 'A page of dead letters'),
    ...problems('cursor_invalid'),
  },
});

export function listDeadLetters(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.deadLetters.list(c.var.principal, c.req.valid('query')), 200),
  );
}
