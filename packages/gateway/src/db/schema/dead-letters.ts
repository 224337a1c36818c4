import {
  bigint,
  boolean,
  index,
  integer,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** What was sent and could not be stored as an event, each content once for each reason. */
export const deadLetters = crmbet.table(
  'dead_letters',
  {
    tenantId: uuid('tenant_id').notNull(),
    /** A uuid v7: the order of ids is the order in which letters were first kept. */
    id: uuid('id').notNull(),
    /** Says whether two letters are one: SHA-256 of kind, code, source and what was sent. */
    contentHash: bytes('content_hash').notNull(),
    source: smallint('source').notNull(),
    channel: text('channel').notNull(),
    kind: text('kind').notNull(),
    code: text('code').notNull(),
    /** JSON as text, here and in `raw`: jsonb refuses a NUL, and a letter may hold anything. */
    errors: text('errors').notNull(),
    /** Where they could be read: the event's id and type, and the operator's own id of the player. */
    eventId: text('event_id'),
    type: text('type'),
    player: text('player'),
    raw: text('raw').notNull(),
    /** `raw` is only the beginning: the item was too large, or nested too deep. */
    truncated: boolean('truncated').notNull(),
    replay: boolean('replay').notNull(),
    /** Of a conflict: the hash of its own body, and of the one that the ledger held under the id. */
    sentHash: bigint('sent_hash', { mode: 'bigint' }),
    storedHash: bigint('stored_hash', { mode: 'bigint' }),
    /** How often it was sent. */
    seen: bigint('seen', { mode: 'number' }).notNull(),
    /** How often it was sent again from here. */
    attempts: integer('attempts').notNull(),
    receivedAt: instant('received_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    lastAttemptAt: instant('last_attempt_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('dead_letters_content').on(t.tenantId, t.contentHash),
    index('dead_letters_room').on(t.tenantId, t.source, t.kind, t.id),
    index('dead_letters_last_seen').on(t.lastSeenAt),
  ],
);
