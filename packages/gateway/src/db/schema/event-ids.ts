import { bigint, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { crmbet } from './schema.ts';

/** The ledger that refuses a duplicate for ever, and tells it from another event under the same id. */
export const eventIds = crmbet.table(
  'event_ids',
  {
    tenantId: uuid('tenant_id').notNull(),
    playerId: uuid('player_id').notNull(),
    /** Browsers have a space of ids of their own: a public key must not be able to take a server's id (see ingest/source). */
    source: smallint('source').notNull(),
    eventId: text('event_id').notNull(),
    /** First 64 bits of the SHA-256 of the canonical body. */
    bodyHash: bigint('body_hash', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.playerId, t.source, t.eventId] })],
);
