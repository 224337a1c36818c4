import type { ClusterProfile, Model } from '@crmbet/engine';
import { bigint, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Algorithm } from '../../models/algorithms.ts';
import type { DriftBaseline, Metrics, VersionLineage } from '../../models/version-record.ts';
import { bytes, instant } from './columns.ts';
import { crmbet } from './schema.ts';

export const versionStates = ['training', 'ready', 'failed', 'cancelled'] as const;

/** One training of a model, or one file that was brought: what it was asked to be, and what came of it once it is ready. */
export const modelVersions = crmbet.table(
  'model_versions',
  {
    tenantId: uuid('tenant_id').notNull(),
    modelId: uuid('model_id').notNull(),
    /** From 1. */
    version: integer('version').notNull(),
    state: text('state', { enum: versionStates }).notNull(),
    algorithm: text('algorithm').$type<Algorithm>().notNull(),
    /** The algorithm's own, as models/algorithms.ts describes them; of a brought model none. */
    parameters: jsonb('parameters').$type<Record<string, unknown>>().notNull(),
    features: text('features').array().notNull(),
    /** Version of each feature's definition, in the order of `features`. */
    featureVersions: integer('feature_versions').array().notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    /** The engine's model as plain data; null until it is ready, and of a brought one for ever. */
    fitted: jsonb('fitted').$type<Model>(),
    /** The file of a brought model, and what its owner says of it. */
    onnx: bytes('onnx'),
    manifest: jsonb('manifest').$type<Record<string, unknown>>(),
    profiles: jsonb('profiles').$type<ClusterProfile[]>(),
    metrics: jsonb('metrics').$type<Metrics>(),
    lineage: jsonb('lineage').$type<VersionLineage>(),
    /** How features and scores were spread when it was trained. */
    driftBaseline: jsonb('drift_baseline').$type<DriftBaseline>(),
    device: text('device'),
    /** How many it was trained on. */
    players: integer('players'),
    /** The job that trains it, or that took it in. */
    jobId: uuid('job_id').notNull(),
    createdAt: instant('created_at').notNull(),
    trainedAt: instant('trained_at'),
    /** When it was promoted last; null where never, or where it was rolled back from since. */
    promotedAt: instant('promoted_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.modelId, t.version] })],
);
