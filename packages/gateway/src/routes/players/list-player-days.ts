import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, PlayerId, problems } from '../schemas.ts';
import { PlayerDay } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/players/{id}/days',
  operationId: 'listPlayerDays',
  tags: ['players'],
  summary: "A player's activity by day, oldest first",
  ...secured('players:read'),
  request: {
    params: z.strictObject({ id: PlayerId }),
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(400).default(90) }),
  },
  responses: {
    200: json(z.strictObject({ data: z.array(PlayerDay) }).openapi('PlayerDays'), 'Days with activity'),
    ...problems('not_found'),
  },
});

export function listPlayerDays(app: App): void {
  app.openapi(route, async (c) =>
    c.json(
      {
        data: await c.var.services.players.days(
          c.var.principal,
          c.req.valid('param').id,
          c.req.valid('query').days,
        ),
      },
      200,
    ),
  );
}
