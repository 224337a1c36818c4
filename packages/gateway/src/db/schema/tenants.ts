import { text, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** One operator. The two secrets make player ids and sign widget sessions. */
export const tenants = crmbet.table('tenants', {
  id: uuid('id').primaryKey(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  /** IANA zone: a player's day begins at its midnight. */
  timeZone: text('time_zone').notNull(),
  playerIdSecret: bytes('player_id_secret').notNull(),
  sessionSecret: bytes('session_secret').notNull(),
  createdAt: instant('created_at').notNull(),
});
