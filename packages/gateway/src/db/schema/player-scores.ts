import { bigint, date, index, integer, jsonb, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** What the live version of a model last said of each player, and of which state of the player. */
export const playerScores = crmbet.table(
  'player_scores',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    modelId: uuid('model_id').notNull(),
    version: integer('version').notNull(),
    /** By the name of the output; one that is undefined for the player is left out. */
    outputs: jsonb('outputs').$type<Record<string, number>>().notNull(),
    /** `player_state.events_count` when it was scored: it rises with every event, so another one means another state. */
    eventsCount: bigint('events_count', { mode: 'bigint' }).notNull(),
    /** The day, in the tenant's zone, on which the windows ended. */
    day: date('day', { mode: 'string' }).notNull(),
    scoredAt: instant('scored_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.playerId, t.modelId] }),
    index('player_scores_model').on(t.tenantId, t.modelId),
  ],
);
