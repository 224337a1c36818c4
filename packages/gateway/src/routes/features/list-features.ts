import { createRoute, z } from '@hono/zod-openapi';
import { featureUnits } from '../../features/feature-definition.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, problems } from '../schemas.ts';

export const Feature = z
  .strictObject({
    id: z.string(),
    unit: z.enum(featureUnits).openapi({
      description:
        "Money is in minor units of the account's currency, and leaves out what moved in others; counts are of all currencies; a share is a part of a whole, 0.25 for 25 %; a ratio compares two like things, 1 where they are alike; a label is the number of a group, and a score is more where it is more, both of models",
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
    model: z
      .strictObject({ id: z.uuid(), version: z.int(), output: z.string() })
      .openapi('ModelOfFeature')
      .nullable()
      .openapi({ description: 'Of what a model says: which version answers now. Null in the catalogue' }),
  })
  .openapi('Feature');

const route = createRoute({
  method: 'get',
  path: '/v1/features',
  operationId: 'listFeatures',
  tags: ['features'],
  summary:
    'The catalogue of features that rules and models may use, and what models say, which rules may use',
  ...secured('players:read'),
  request: {},
  responses: {
    200: json(z.strictObject({ data: z.array(Feature) }).openapi('FeatureList'), 'All features'),
    ...problems(),
  },
});

export function listFeatures(app: App): void {
  app.openapi(route, async (c) => c.json({ data: await c.var.services.features.list(c.var.principal) }, 200));
}
