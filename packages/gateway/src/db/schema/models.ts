import type { ClusterProfile, KMeansModel } from '@crmbet/engine';
import { bigint, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** What clusters players: parameters when it is asked for, the trained model and its profile when it is ready. */
export const models = crmbet.table(
  'models',
  {
    id: uuid('id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    name: text('name').notNull(),
    algorithm: text('algorithm', { enum: ['kmeans'] }).notNull(),
    k: integer('k').notNull(),
    features: text('features').array().notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    state: text('state', { enum: ['training', 'ready', 'failed', 'cancelled'] }).notNull(),
    jobId: uuid('job_id').notNull(),
    players: integer('players'),
    fitted: jsonb('fitted').$type<KMeansModel>(),
    profiles: jsonb('profiles').$type<ClusterProfile[]>(),
    createdAt: instant('created_at').notNull(),
    trainedAt: instant('trained_at'),
  },
  (t) => [unique('models_name').on(t.tenantId, t.name)],
);
