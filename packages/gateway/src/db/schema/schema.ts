import { pgSchema } from 'drizzle-orm/pg-core';

/** A schema of our own: `public` belongs to whoever hosts the database. */
export const crmbet = pgSchema('crmbet');
