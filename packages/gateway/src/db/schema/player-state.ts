import { primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { counterColumns, instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** A player's life so far: first and last moments, and lifetime sums in the currency of the account. */
export const playerState = crmbet.table(
  'player_state',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    /** Of the first money event that was stored; money in others stays in `player_day` alone. */
    currency: text('currency'),
    firstEventAt: instant('first_event_at').notNull(),
    lastEventAt: instant('last_event_at').notNull(),
    /** The last thing that the player did; what is done to a player, such as a message, is no activity. */
    lastActiveAt: instant('last_active_at'),
    registeredAt: instant('registered_at'),
    firstDepositAt: instant('first_deposit_at'),
    lastDepositAt: instant('last_deposit_at'),
    lastWagerAt: instant('last_wager_at'),
    lastSessionAt: instant('last_session_at'),
    ...counterColumns(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId] })],
);
