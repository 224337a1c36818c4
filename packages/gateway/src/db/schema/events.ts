import { index, json, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/**
 * Every event as it came, partitioned by `occurred_at` (the migration says so, drizzle cannot; see ingest/partitions). That each stands
 * here once is the ledger's doing (`event_ids`), in the same transaction: a key of its own would cost a second look on every row.
 */
export const events = crmbet.table(
  'events',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    /** Who reported it: a server or a browser (see ingest/source). */
    source: smallint('source').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    brand: text('brand'),
    /** The canonical JSON to the letter; nothing looks into it here, and keeping it as text costs the server the least. */
    data: json('data').$type<Record<string, unknown>>().notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [index('events_player').on(t.tenantId, t.playerId, t.occurredAt)],
);
