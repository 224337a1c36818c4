import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';

export const Feature = z
  .strictObject({
    id: z.string(),
    unit: z.enum(['money', 'count', 'share', 'ratio', 'days', 'minutes']).openapi({
      description:
        "Money is in minor units of the account's currency, and leaves out what moved in others; counts are of all currencies; a share is a part of a whole, 0.25 for 25 %; a ratio compares two like things, 1 where they are alike",
    }),
    window: z.enum(['7d', '30d', '90d', 'lifetime', 'now']),
    definition: z.string(),
    version: z
      .int()
      .openapi({ description: 'Raised whenever the same events may give another value than before' }),
    source: z
      .string()
      .nullable()
      .openapi({ description: "Where the measure comes from, when it is one of the literature's" }),
  })
  .openapi('Feature');

const route = createRoute({
  method: 'get',
  path: '/v1/features',
  operationId: 'listFeatures',
  tags: ['features'],
  summary: 'The catalogue of features that rules and models may use',
  ...secured('players:read'),
  request: {},
  responses: {
    200: json(z.strictObject({ data: z.array(Feature) }).openapi('FeatureList'), 'All features'),
    ...problems(),
  },
});

export function listFeatures(app: App): void {
  app.openapi(route, (c) => c.json({ data: c.var.services.features.list() }, 200));
}
