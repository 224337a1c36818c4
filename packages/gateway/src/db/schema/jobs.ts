import { integer, real, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** What a caller sees of work that outlives a request. The queue itself is pg-boss's. */
export const jobs = crmbet.table('jobs', {
  id: uuid('id').primaryKey(),
  tenantId: uuid('tenant_id').notNull(),
  kind: text('kind', { enum: ['train_model', 'score_players', 'import_model'] }).notNull(),
  state: text('state', { enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] }).notNull(),
  progress: real('progress').notNull(),
  step: text('step'),
  code: text('code'),
  detail: text('detail'),
  modelId: uuid('model_id'),
  modelVersion: integer('model_version'),
  createdAt: instant('created_at').notNull(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
});
