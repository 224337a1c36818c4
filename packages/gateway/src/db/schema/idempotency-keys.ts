import { index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** The first answer to a POST, replayed for the same key; `status` is null while the first is still running. */
export const idempotencyKeys = crmbet.table(
  'idempotency_keys',
  {
    tenantId: uuid('tenant_id').notNull(),
    /** Whose key it is: another caller's equal key is another key. */
    subject: text('subject').notNull(),
    key: text('key').notNull(),
    /** Which attempt holds the key: only that one may keep an answer or let go. */
    claim: uuid('claim').notNull(),
    requestHash: bytes('request_hash').notNull(),
    status: integer('status'),
    /** The answer to the letter. */
    body: text('body'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.subject, t.key] }),
    index('idempotency_keys_created').on(t.createdAt),
  ],
);
