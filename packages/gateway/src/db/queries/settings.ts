import { eq } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { Database } from '../database.ts';
import { settings } from '../schema/index.ts';

export async function readSetting({ orm }: Database, name: string): Promise<unknown> {
  const [row] = await orm.select({ value: settings.value }).from(settings).where(eq(settings.name, name));
  return row?.value;
}

export async function writeSetting({ orm }: Database, name: string, value: unknown): Promise<void> {
  await orm
    .insert(settings)
    .values({ name, value })
    .onConflictDoUpdate({ target: settings.name, set: { value } });
}

type Tx = TransactionSql<{ bigint: bigint }>;

/** Reads a setting that nobody else changes until the transaction ends. */
export async function lockSetting(tx: Tx, name: string): Promise<unknown> {
  const [row] = await tx<
    { value: unknown }[]
  >`SELECT value FROM crmbet.settings WHERE name = ${name} FOR UPDATE`;
  return row?.value;
}

/** As writeSetting, within a transaction of the pool that speaks SQL. */
export async function putSetting(tx: Tx, name: string, value: unknown): Promise<void> {
  await tx`
    INSERT INTO crmbet.settings (name, value) VALUES (${name}, ${JSON.stringify(value)}::text::jsonb)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
}
