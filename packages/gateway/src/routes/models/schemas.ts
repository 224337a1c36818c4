import { z } from '@hono/zod-openapi';
import { FeatureId } from '../../segments/feature-id.ts';
import { PlayerId, Timestamp } from '../schemas.ts';

export const Model = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    algorithm: z.enum(['kmeans']),
    k: z.int(),
    features: z.array(z.string()),
    seed: z.int(),
    state: z.enum(['training', 'ready', 'failed', 'cancelled']),
    job: z.uuid().openapi({ description: 'The job that trains it; see /v1/jobs/{id}' }),
    players: z.int().nullable().openapi({ description: 'Players it was trained on' }),
    inertia: z
      .number()
      .nullable()
      .openapi({ description: 'Sum of squared distances to the own centroid, in scaled space' }),
    iterations: z.int().nullable(),
    converged: z.boolean().nullable(),
    device: z.string().nullable().openapi({ description: 'The kernel that ran', example: 'relaxed' }),
    createdAt: Timestamp,
    trainedAt: Timestamp.nullable(),
  })
  .openapi('Model');

export const NewModel = z
  .strictObject({
    name: z.string().min(1).max(128),
    algorithm: z.literal('kmeans').default('kmeans'),
    k: z.int().min(2).max(64),
    features: z
      .array(FeatureId)
      .min(1)
      .max(64)
      .optional()
      .openapi({ description: 'Feature ids; a good general set where left out' }),
    seed: z.int().min(0).max(4_294_967_295).default(1),
  })
  .openapi('NewModel');

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
    kind: z.enum(['train_model']),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    progress: z.number().openapi({ description: '0 to 1' }),
    step: z.string().nullable().openapi({ description: 'What it is doing now', example: 'clustering' }),
    code: z.string().nullable().openapi({
      description: 'Why it failed: too_few_players, job_abandoned, internal, or a code of the engine',
    }),
    detail: z.string().nullable(),
    model: z.uuid().nullable(),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .openapi('Job');

export const modelParams = z.strictObject({ id: z.uuid() });
