import { integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Who the player is, as far as the operator said. `player_id` derives from `external_id` (see auth/player-id). */
export const players = crmbet.table(
  'players',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    externalId: text('external_id').notNull(),
    /** Of the earliest event that names one. */
    brand: text('brand'),
    brandAt: instant('brand_at'),
    /** Profile fields of player.registered and player.updated; each is the latest by its event's time. */
    profile: jsonb('profile').$type<Record<string, unknown>>().notNull(),
    /** When each field of `profile` was said, in milliseconds: an older event overwrites nothing. */
    profileTimes: jsonb('profile_times').$type<Record<string, number>>().notNull(),
    /** Counts the writes of `profile`: two gateways that merge at once notice each other by it. */
    profileVersion: integer('profile_version').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId] })],
);
