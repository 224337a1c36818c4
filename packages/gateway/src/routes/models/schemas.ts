import { z } from '@hono/zod-openapi';
import { algorithms, parameterShapes, purposes } from '../../models/algorithms.ts';
import { FeatureId } from '../../segments/feature-id.ts';
import { PlayerId, Timestamp } from '../schemas.ts';

export const Purpose = z.enum(purposes).openapi('ModelPurpose', { description: 'What the model is for' });

export const Algorithm = z.enum(algorithms).openapi('ModelAlgorithm', {
  description: '`onnx` is a model that was brought, all others are trained here',
});

export const VersionNumber = z.int().min(1).openapi({ description: 'From 1; never given twice' });

export const VersionState = z.enum(['training', 'ready', 'failed', 'cancelled']);

/** What a model and its versions say alike. */
export const madeOf = {
  algorithm: Algorithm,
  parameters: z
    .record(z.string(), z.unknown())
    .openapi({ description: "The algorithm's own", example: { k: 6 } }),
  seed: z.int(),
  state: VersionState,
  job: z.uuid().openapi({
    description: 'The job that trains it, or that took it in; see /v1/jobs/{id}',
  }),
  players: z.int().nullable().openapi({ description: 'Players it was trained on' }),
  metrics: z
    .record(z.string(), z.unknown())
    .nullable()
    .openapi({
      description: 'How good it is, by name, validation among it',
      example: { inertia: 8123.5, iterations: 17, converged: true },
    }),
  device: z.string().nullable().openapi({ description: 'What it was trained on', example: 'relaxed' }),
  createdAt: Timestamp,
  trainedAt: Timestamp.nullable(),
};

export const Experiment = z
  .strictObject({
    challenger: VersionNumber.openapi({ description: 'A version that is ready and not the active one' }),
    share: z
      .number()
      .gt(0)
      .lt(1)
      .openapi({ description: 'Of the players, those that the challenger answers for', example: 0.1 }),
  })
  .openapi('ModelExperiment');

export const Model = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    purpose: Purpose,
    activeVersion: VersionNumber.nullable().openapi({
      description: 'The version that is served; null until a first one is ready',
    }),
    version: VersionNumber.openapi({
      description: 'The version that the rest is of: the active one, else the newest',
    }),
    experiment: Experiment.nullable().openapi({ description: 'Two versions at once, where that is tried' }),
    features: z.array(z.string()),
    ...madeOf,
  })
  .openapi('Model');

export const Seed = z
  .int()
  .min(0)
  .max(4_294_967_295)
  .openapi({ description: 'The same data, parameters and seed give the same model' });

export const Features = z
  .array(FeatureId)
  .min(1)
  .max(64)
  .openapi({ description: 'Feature ids; a good set for the algorithm where left out' });

export const ModelName = z.string().min(1).max(128);

const newModel = { name: ModelName, features: Features.optional(), seed: Seed.default(1) };

export const NewModel = z
  .discriminatedUnion('algorithm', [
    z.strictObject({
      ...newModel,
      // Optional first: a union looks for the discriminator before defaults are filled in.
      algorithm: z.literal('kmeans').optional().default('kmeans'),
      ...parameterShapes.kmeans,
    }),
    z.strictObject({
      ...newModel,
      algorithm: z.literal('mini_batch_kmeans'),
      ...parameterShapes.mini_batch_kmeans,
    }),
    z.strictObject({ ...newModel, algorithm: z.literal('dbscan'), ...parameterShapes.dbscan }),
    z.strictObject({ ...newModel, algorithm: z.literal('hdbscan'), ...parameterShapes.hdbscan }),
    z.strictObject({ ...newModel, algorithm: z.literal('rfm'), ...parameterShapes.rfm }),
    z.strictObject({
      ...newModel,
      algorithm: z.literal('customer_value'),
      ...parameterShapes.customer_value,
    }),
    z.strictObject({ ...newModel, algorithm: z.literal('logistic'), ...parameterShapes.logistic }),
    z.strictObject({ ...newModel, algorithm: z.literal('boosted_trees'), ...parameterShapes.boosted_trees }),
  ])
  .openapi('NewModel', { description: 'An algorithm with its parameters, and what it is trained on' });

const ClusterTrait = z
  .strictObject({
    feature: z.string(),
    direction: z.enum(['high', 'low']),
    strength: z
      .enum(['medium', 'large'])
      .openapi({ description: "Cohen's words: medium from 0.5, large from 0.8" }),
    effect: z
      .number()
      .openapi({ description: "Standardised mean difference against everybody else (Cohen's d)" }),
  })
  .openapi('ClusterTrait');

export const Cluster = z
  .strictObject({
    index: z.int(),
    size: z.int(),
    share: z.number().openapi({ description: 'Of all players of the model, 0 to 1' }),
    traits: z.array(ClusterTrait).openapi({ description: 'What sets it apart, strongest first' }),
    features: z.array(
      z.strictObject({
        feature: z.string(),
        mean: z.number().nullable().openapi({ description: 'Null where no member has a value' }),
        median: z.number().nullable(),
        overallMean: z.number().nullable(),
        effect: z.number(),
      }),
    ),
  })
  .openapi('Cluster');

export const ClusterPoint = z
  .strictObject({ player: PlayerId, x: z.number(), y: z.number(), cluster: z.int() })
  .openapi('ClusterPoint');

export const Job = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['train_model', 'score_players', 'import_model']),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    progress: z.number().openapi({ description: '0 to 1' }),
    step: z.string().nullable().openapi({ description: 'What it is doing now', example: 'clustering' }),
    code: z.string().nullable().openapi({
      description:
        'Why it failed: too_few_players, too_few_labels, label_unusable, features_unusable, job_abandoned, internal, or a code of the engine',
    }),
    detail: z.string().nullable(),
    model: z.uuid().nullable(),
    version: VersionNumber.nullable().openapi({ description: 'Of the model, where it trains one' }),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .openapi('Job');

export const modelParams = z.strictObject({ id: z.uuid() });
