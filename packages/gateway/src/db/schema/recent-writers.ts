import { primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Callers that wrote a moment ago, in any process: until then their reads must not come from a replica that lags. */
export const recentWriters = crmbet.table(
  'recent_writers',
  {
    tenantId: uuid('tenant_id').notNull(),
    /** The principal's: the id of a key, or the user of a session. */
    subject: text('subject').notNull(),
    until: instant('until').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.subject] })],
);
