import { jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Who the player is, as far as the operator said. `player_id` derives from `external_id` (see auth/player-id). */
export const players = crmbet.table(
  'players',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    externalId: text('external_id').notNull(),
    brand: text('brand'),
    /** Profile fields of player.registered and player.updated, the latest by event time. */
    profile: jsonb('profile').$type<Record<string, unknown>>().notNull(),
    /** Time of the newest event in `profile`; an older one fills gaps and overwrites nothing. */
    profileAt: instant('profile_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId] })],
);
