import { date, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { counterColumns } from './columns.ts';
import { crmbet } from './schema.ts';

/**
 * Counts and sums of a player, a day (in the tenant's zone) and a currency. Events without money count under `XXX`,
 * the ISO code for no currency, so that money of two currencies is never added up.
 */
export const playerDay = crmbet.table(
  'player_day',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    currency: text('currency').notNull(),
    ...counterColumns(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId, t.day, t.currency] })],
);
