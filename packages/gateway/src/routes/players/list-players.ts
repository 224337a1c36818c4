import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, pageOf, pageQuery, problems } from '../schemas.ts';
import { PlayerSummary } from './schemas.ts';

/** DBSCAN and HDBSCAN find as many as there are: what the store can number. */
const maxCluster = 2 ** 31 - 1;

const route = createRoute({
  method: 'get',
  path: '/v1/players',
  operationId: 'listPlayers',
  tags: ['players'],
  summary: 'Players, a page at a time',
  ...secured('players:read'),
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: z.string().min(1).max(128).optional().openapi({ description: 'Start of the player id' }),
      segment: z.uuid().optional().openapi({ description: 'Only members of this segment' }),
      cluster: z.coerce.number().int().min(-1).max(maxCluster).optional().openapi({
        description:
          'Only players whose `cluster` is this one; −1: those whom the clustering that was trained last puts in none',
      }),
      brand: z.string().max(64).optional(),
      sort: z
        .enum(['lastActive', 'deposits', 'turnover', 'ggr'])
        .default('lastActive')
        .openapi({ description: 'Largest or latest first' }),
      count: z.enum(['true', 'false']).default('false').openapi({ description: 'Also count all that match' }),
    }),
  },
  responses: {
    200: json(
      pageOf(PlayerSummary)
        .extend({
          total: z.int().optional().openapi({ description: 'With count=true: how many match in all' }),
        })
        .openapi('PlayerPage'),
      'A page of players',
    ),
    ...problems('cursor_invalid', 'not_found'),
  },
});

export function listPlayers(app: App): void {
  app.openapi(route, async (c) => {
    const { count, ...query } = c.req.valid('query');
    return c.json(
      await c.var.services.players.list(c.var.principal, { ...query, count: count === 'true' }),
      200,
    );
  });
}
