import { primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Reasons not to contact or reward a player. The newest event by its own time decides, in whatever order they come. */
export const restrictions = crmbet.table(
  'restrictions',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    restriction: text('restriction').notNull(),
    scope: text('scope').notNull(),
    since: instant('since').notNull(),
    endsAt: instant('ends_at'),
    liftedAt: instant('lifted_at'),
    /** Time of the event that wrote the row last. */
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId, t.restriction, t.scope] })],
);
