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
    version: z.literal(1),
    model: z.string().nullable(),
    engine: z.string().openapi({ description: 'Version of @crmbet/engine' }),
    data: z.strictObject({
      digest: z
        .string()
        .openapi({ description: 'sha256: and the digest of the matrix, as the engine describes it' }),
      rows: z.int(),
    }),
    players: z.int().openapi({ description: 'Of those rows, which may be several of a player' }),
    asOf: z
      .string()
      .openapi({ description: "Day in the tenant's zone that the features are of", format: 'date' }),
    features: z.array(z.strictObject({ name: z.string(), version: z.string().nullable() })),
    parameters: z.record(z.string(), z.unknown()),
    seed: z.int().nullable(),
    device: z.string().nullable(),
    metrics: z.record(z.string(), z.number()),
    fittedAt: Timestamp.nullable(),
  })
  .openapi('ModelLineage', { description: 'Enough to train it again and get the same' });

const share = z.number().openapi({ description: '0 to 1' });

const ColumnDrift = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['number', 'label']),
    psi: z.number().openapi({ description: 'Population stability index, 0 or more' }),
    chance: z.number().openapi({
      description: 'What chance alone stays below in 95 of 100 comparisons of so many players',
    }),
    level: z.enum(['stable', 'moderate', 'major']),
    missingBefore: share,
    missingAfter: share,
    bins: z.array(
      z.strictObject({
        upTo: z.number().nullable(),
        label: z.number().nullable(),
        before: share,
        after: share,
      }),
    ),
  })
  .openapi('ColumnDrift');

export const Drift = z
  .strictObject({
    version: VersionNumber,
    players: z.int().openapi({ description: 'Players that were looked at, as they are now' }),
    level: z.enum(['stable', 'moderate', 'major']).openapi({ description: 'The worst of all' }),
    features: z.array(ColumnDrift),
    outputs: z.array(ColumnDrift),
  })
  .openapi('ModelDrift', {
    description: 'How far features and answers have moved from those that the version was trained on',
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
    manifest: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Of a model that was brought: what its owner says of it' }),
    promotedAt: Timestamp.nullable().openapi({
      description: 'When it was promoted last; null where never, or where it was rolled back from since',
    }),
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
          stabilityIndex: measure.openapi({
            description: 'Of numbers: population stability index of the other against the base',
          }),
        }),
      )
      .openapi({ description: 'Of the outputs that both give' }),
    metrics: z
      .array(z.strictObject({ name: z.string(), base: measure, other: measure }))
      .openapi({ description: 'Side by side; null where a version has no such number' }),
  })
  .openapi('ModelComparison');
