import { integer, real, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { Purpose } from '../../models/algorithms.ts';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** What clusters or scores players: a name, and which of its versions answers. How it is made stands with each version. */
export const models = crmbet.table(
  'models',
  {
    id: uuid('id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    name: text('name').notNull(),
    purpose: text('purpose').$type<Purpose>().notNull(),
    /** The number that was given out last: one of a deleted version is not given again. */
    lastVersion: integer('last_version').notNull(),
    /** The version that is served; null until a first one is ready. */
    activeVersion: integer('active_version'),
    /** In an experiment: the version that is served to `challengerShare` of the players, and that share, 0 to 1. */
    challengerVersion: integer('challenger_version'),
    challengerShare: real('challenger_share'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [unique('models_name').on(t.tenantId, t.name)],
);
