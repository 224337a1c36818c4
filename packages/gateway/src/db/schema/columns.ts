import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';
import { type Counter, counterNames } from '../../ingest/counters.ts';

/** Instants are kept with their zone and handed out as Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 6 });

export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

const counterColumn = (name: Counter) => bigint(name, { mode: 'bigint' }).notNull().default(sql`0`);

/** One column a counter, for the two tables that hold sums. */
export function counterColumns(): Record<Counter, ReturnType<typeof counterColumn>> {
  const columns: Partial<Record<Counter, ReturnType<typeof counterColumn>>> = {};
  for (const name of counterNames) columns[name] = counterColumn(name);
  return columns as Record<Counter, ReturnType<typeof counterColumn>>; // the loop above set every key
}
