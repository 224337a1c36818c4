import { index, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

export const segmentMembers = crmbet.table(
  'segment_members',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    segmentId: uuid('segment_id').notNull(),
    enteredAt: instant('entered_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.playerId, t.segmentId] }),
    index('segment_members_segment').on(t.tenantId, t.segmentId, t.playerId),
  ],
);
