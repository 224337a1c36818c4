import { jsonb, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Every event as it came, partitioned by `occurred_at` (the migration says so, drizzle cannot; see ingest/partitions). */
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
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId, t.occurredAt, t.source, t.eventId] })],
);
