import { text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Only the SHA-256 of a key is kept: a dump of this table opens nothing. */
export const apiKeys = crmbet.table('api_keys', {
  id: uuid('id').primaryKey(),
  tenantId: uuid('tenant_id').notNull(),
  kind: text('kind', { enum: ['secret', 'publishable'] }).notNull(),
  name: text('name').notNull(),
  hash: bytes('hash').notNull().unique(),
  createdAt: instant('created_at').notNull(),
  revokedAt: instant('revoked_at'),
});
