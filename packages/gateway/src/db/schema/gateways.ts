import { sql } from 'drizzle-orm';
import { text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** One row a living process: what the others have to know of it. It is removed when the process says good-bye. */
export const gateways = crmbet.table('gateways', {
  /** Of one life of one process. */
  id: uuid('id').primaryKey(),
  role: text('role').notNull(),
  /** Tenants whose live streams are open there: the others send it what happens to these. */
  listensTo: uuid('listens_to').array().notNull().default(sql`'{}'`),
  /** Written anew every few seconds; one that is old belongs to a process that ended without a word. */
  seenAt: instant('seen_at').notNull(),
});
