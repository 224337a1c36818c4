import { z } from '@hono/zod-openapi';
import { parameterShapes } from '../../models/algorithms.ts';
import { Timestamp } from '../schemas.ts';
import { Algorithm, Features, madeOf, modelParams, Seed, VersionNumber } from './schemas.ts';

/** In a path or a query, where everything is text. */
export const versionInQuery = z.coerce.number().int().min(1).max(2_147_483_647);

export const versionParams = modelParams.extend({ version: versionInQuery });

const featureVersion = z.strictObject({
  id: z.string(),
  version: z.int().openapi({ description: 'Of its definition; see /v1/features' }),
});

const Lineage = z
  .strictObject({
    dataDigest: z.string().openapi({ description: 'SHA-256 of the players and their features, as hex' }),
    players: z.int(),
    asOf: z
      .string()
      .openapi({ description: "Day in the tenant's zone that the features are of", format: 'date' }),
    features: z.array(featureVersion),
    algorithm: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    seed: z.int(),
    device: z.string(),
  })
  .openapi('ModelLineage', { description: 'Enough to train it again and get the same' });

const indices = z.record(z.string(), z.number());

const Drift = z
  .strictObject({ measuredAt: Timestamp, players: z.int(), features: indices, scores: indices })
  .openapi('ModelDrift', {
    description:
      'Population stability index of each feature and score, between the training and the last scoring. Usual words: below 0.1 stable, above 0.25 moved',
  });

export const ModelVersion = z
  .strictObject({
    model: z.uuid(),
    version: VersionNumber,
    role: z
      .enum(['active', 'challenger'])
      .nullable()
      .openapi({ description: 'Whether it is served, and to whom; null where it is not' }),
    features: z.array(featureVersion),
    ...madeOf,
    lineage: Lineage.nullable(),
    drift: Drift.nullable().openapi({ description: 'Null until it has scored players after its training' }),
    manifest: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Of a model that was brought: what its owner says of it' }),
    promotedAt: Timestamp.nullable(),
  })
  .openapi('ModelVersion');

const newVersion = { features: Features.optional(), seed: Seed.optional() };

export const NewModelVersion = z
  .discriminatedUnion('algorithm', [
    z.strictObject({ ...newVersion, algorithm: z.literal('unchanged').optional().default('unchanged') }),
    z.strictObject({ ...newVersion, algorithm: z.literal('kmeans'), ...parameterShapes.kmeans }),
    z.strictObject({
      ...newVersion,
      algorithm: z.literal('mini_batch_kmeans'),
      ...parameterShapes.mini_batch_kmeans,
    }),
    z.strictObject({ ...newVersion, algorithm: z.literal('dbscan'), ...parameterShapes.dbscan }),
    z.strictObject({ ...newVersion, algorithm: z.literal('hdbscan'), ...parameterShapes.hdbscan }),
    z.strictObject({ ...newVersion, algorithm: z.literal('rfm'), ...parameterShapes.rfm }),
    z.strictObject({
      ...newVersion,
      algorithm: z.literal('customer_value'),
      ...parameterShapes.customer_value,
    }),
    z.strictObject({ ...newVersion, algorithm: z.literal('logistic'), ...parameterShapes.logistic }),
    z.strictObject({
      ...newVersion,
      algorithm: z.literal('boosted_trees'),
      ...parameterShapes.boosted_trees,
    }),
  ])
  .openapi('NewModelVersion', {
    description:
      'Left out: the algorithm with its parameters, the features and the seed are those of the version that the model shows',
  });

const compared = z.strictObject({
  version: VersionNumber,
  algorithm: Algorithm,
  trainedAt: Timestamp.nullable(),
});

const measure = z.number().nullable();

export const Comparison = z
  .strictObject({
    base: compared,
    other: compared,
    players: z.int().openapi({ description: 'Players that both were asked about, as they are now' }),
    outputs: z
      .array(
        z.strictObject({
          name: z.string(),
          kind: z.enum(['label', 'probability', 'amount', 'count', 'score']),
          adjustedRandIndex: measure.openapi({
            description: 'Of labels: 1 where both group alike, about 0 where by chance',
          }),
          agreement: measure.openapi({
            description: 'Of labels: share of players with the same one, each cluster under its best match',
          }),
          correlation: measure.openapi({ description: "Pearson's; null where one of them is constant" }),
          meanAbsoluteDifference: measure,
          stabilityIndex: z
            .number()
            .openapi({ description: 'Population stability index of the other against the base' }),
        }),
      )
      .openapi({ description: 'Of the outputs that both give' }),
    metrics: z
      .array(z.strictObject({ name: z.string(), base: measure, other: measure }))
      .openapi({ description: 'Side by side; null where a version has no such number' }),
  })
  .openapi('ModelComparison');
