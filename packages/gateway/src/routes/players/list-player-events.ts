import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, PlayerId, pageOf, pageQuery, problems } from '../schemas.ts';
import { StoredEvent } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/players/{id}/events',
  operationId: 'listPlayerEvents',
  tags: ['players'],
  summary: "A player's events, newest first",
  ...secured('players:read'),
  request: {
    params: z.strictObject({ id: PlayerId }),
    query: z.strictObject({ ...pageQuery, type: z.string().max(64).optional() }),
  },
  responses: {
    200: json(pageOf(StoredEvent).openapi('EventPage'), 'A page of events'),
    ...problems('not_found', 'cursor_invalid'),
  },
});

export function listPlayerEvents(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      await c.var.services.players.events(c.var.principal, c.req.valid('param').id, c.req.valid('query')),
      200,
    ),
  );
}
