import { z } from '@hono/zod-openapi';
import { features } from '../features/catalogue.ts';

/** A feature that a rule or a model names; the contract lists them all. */
export const FeatureId = z
  .enum(
    features.map(({ id }) => id),
    { error: 'is not a feature of the catalogue (see /v1/features)' },
  )
  .openapi('FeatureId', { description: 'A feature id of /v1/features', example: 'deposits_amount_30d' });
