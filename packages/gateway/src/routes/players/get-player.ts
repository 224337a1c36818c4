import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, PlayerId, problems } from '../schemas.ts';
import { Player } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/players/{id}',
  operationId: 'getPlayer',
  tags: ['players'],
  summary: 'One player: profile, features, segments, restrictions',
  ...secured('players:read'),
  request: { params: z.strictObject({ id: PlayerId }) },
  responses: { 200: json(Player, 'The player as of now'), ...problems('not_found') },
});

export function getPlayer(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.players.read(c.var.principal, c.req.valid('param').id), 200),
  );
}
