import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import { RuleFeatureId } from '../../segments/feature-id.ts';
import type { App } from '../app-types.ts';
import { problems, Timestamp } from '../schemas.ts';

const arrowStream = 'application/vnd.apache.arrow.stream';
const mostFeatures = 64;

const FeatureIds = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(RuleFeatureId)
      .min(1)
      .max(mostFeatures)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'names a feature twice' }),
  )
  .openapi({
    type: 'string',
    description: `1 to ${mostFeatures} feature ids of /v1/features, with commas between them`,
    example: 'turnover_90d,active_days_90d',
  });

const route = createRoute({
  method: 'get',
  path: '/v1/features/columns',
  operationId: 'getFeatureColumns',
  tags: ['features'],
  summary: 'The features of all players, as binary columns',
  description:
    "An Apache Arrow IPC stream, for computing with everybody at once: in the operator's own page, a notebook, a warehouse. The first column is `player` (utf8), then one of float64 for each feature, in the order asked for; null where a feature is undefined. Money is in minor units of the account's currency, and whole up to 2^53; `precision=single` halves the size by float32, in which whole numbers end at 2^24. Rows are ordered by an inner id: the same players come in the same order. The schema's metadata says asOf, today, timeZone and rows (nearly), and each field's metadata the unit, window and version of its feature. Batches are made as they are read. A reader that takes nothing for 30 seconds, or 15 minutes in all, gets a broken stream: one without the end-of-stream marker is not whole.",
  ...secured('players:read'),
  request: {
    query: z.strictObject({
      features: FeatureIds,
      segment: z.uuid().optional().openapi({ description: 'Only members of this segment' }),
      precision: z
        .enum(['double', 'single'])
        .default('double')
        .openapi({ description: 'float64, or float32 at half the size' }),
    }),
  },
  responses: {
    200: {
      description: 'An Arrow IPC stream',
      headers: z.object({
        'x-as-of': Timestamp.openapi({ description: 'Everything stored by then is in it' }),
        'x-row-count': z.string().openapi({ description: 'How many rows follow, or nearly' }),
      }),
      content: { [arrowStream]: { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems('not_found', 'overloaded'),
  },
});

export function getFeatureColumns(app: App): void {
  app.openapi(route, async (c) => {
    const { principal, identifyAgain, services } = c.var;
    const { asOf, rows, body } = await services.columns.open(principal, c.req.valid('query'), identifyAgain);
    return c.newResponse(body, 200, {
      'content-type': arrowStream,
      'cache-control': 'no-store',
      'x-as-of': asOf.toISOString(),
      'x-row-count': String(rows),
    });
  });
}
