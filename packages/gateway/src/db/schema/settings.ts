import { jsonb, text } from 'drizzle-orm/pg-core';
import { crmbet } from './schema.ts';

/** Small facts about this installation, by name; each reader checks what it finds. */
export const settings = crmbet.table('settings', {
  name: text('name').primaryKey(),
  value: jsonb('value').notNull(),
});
