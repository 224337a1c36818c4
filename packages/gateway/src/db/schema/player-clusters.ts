import { index, integer, primaryKey, real, uuid } from 'drizzle-orm/pg-core';
import { crmbet } from './schema.ts';

/** Where a version of a model put each player, and the player's place on the plane of its first two principal components. */
export const playerClusters = crmbet.table(
  'player_clusters',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    modelId: uuid('model_id').notNull(),
    version: integer('version').notNull(),
    cluster: integer('cluster').notNull(),
    distance: real('distance').notNull(),
    x: real('x').notNull(),
    y: real('y').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.playerId, t.modelId, t.version] }),
    index('player_clusters_model').on(t.tenantId, t.modelId, t.version, t.cluster),
  ],
);
