import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';

const digits = z.string().openapi({ description: 'Minor units, as digits' });

export const Kpis = z
  .strictObject({
    players: z.int().openapi({ description: 'Players known, in all' }),
    activePlayers: z.int().openapi({ description: 'Players who did something themselves in the range' }),
    restrictedPlayers: z.int().openapi({ description: 'Players with a restriction in force now' }),
    events: z.int().openapi({ description: 'Events of days in the range' }),
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        players: z.int().openapi({ description: 'Players with money in this currency in the range' }),
        depositors: z.int(),
        deposits: z.strictObject({ count: z.int(), amount: digits }),
        withdrawals: z.strictObject({ count: z.int(), amount: digits }),
        turnover: digits,
        ggr: digits,
        ngr: digits,
      }),
    ),
    days: z
      .array(
        z.strictObject({
          day: z.string(),
          currency: z.string(),
          activePlayers: z
            .int()
            .openapi({ description: 'Players who moved money in this currency themselves' }),
          deposits: digits,
          turnover: digits,
          ggr: digits,
        }),
      )
      .openapi({ description: 'With series=true: one a day and currency, oldest first' }),
  })
  .openapi('Kpis');

/** PostgreSQL's calendar has no year 0. */
const day = z.iso.date().refine((text) => text > '0001', 'Invalid ISO date');

const route = createRoute({
  method: 'get',
  path: '/v1/reports/kpis',
  operationId: 'getKpis',
  tags: ['reports'],
  summary: 'Deposits, turnover, GGR and NGR of a range of days',
  ...secured('reports:read'),
  request: {
    query: z.strictObject({
      from: day
        .optional()
        .openapi({ description: "First day, in the tenant's time zone; all time where left out" }),
      to: day.optional().openapi({ description: 'Last day, included' }),
      series: z.enum(['true', 'false']).default('false'),
    }),
  },
  responses: { 200: json(Kpis, 'Sums over the range'), ...problems() },
});

export function getKpis(app: App): void {
  app.openapi(route, async (c) => {
    const { series, ...range } = c.req.valid('query');
    return c.json(
      await c.var.services.reports.kpis(c.var.principal, { ...range, series: series === 'true' }),
      200,
    );
  });
}
