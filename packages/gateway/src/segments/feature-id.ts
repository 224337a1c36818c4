import { z } from '@hono/zod-openapi';
import { features } from '../features/catalogue.ts';
import { modelFeaturePattern } from '../features/model-features.ts';

/** A feature that a rule or a model names; the contract lists them all. */
export const FeatureId = z
  .enum(
    features.map(({ id }) => id),
    { error: 'is not a feature of the catalogue (see /v1/features)' },
  )
  .openapi('FeatureId', { description: 'A feature id of /v1/features', example: 'deposits_amount_30d' });

const noFeature = 'is no feature, neither of the catalogue nor of a model (see /v1/features)';

/** A number that a model gives, as a feature. That there is such a model is looked up when a segment is saved. */
const ModelFeatureId = z.string().regex(modelFeaturePattern, { error: noFeature }).openapi('ModelFeatureId', {
  description: 'model:<id of a model>:<name of an output>, as /v1/features lists them',
  example: 'model:0192f0c1-2d3e-7abc-8def-0123456789ab:cluster',
});

/** What a condition of a rule may name. */
export const RuleFeatureId = z.union([FeatureId, ModelFeatureId], {
  error: noFeature,
});
