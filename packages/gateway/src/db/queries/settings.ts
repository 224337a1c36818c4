import type { TransactionSql } from 'postgres';
import type { Database } from '../database.ts';

export async function readSetting({ sql }: Pick<Database, 'sql'>, name: string): Promise<unknown> {
  const [row] = await sql<{ value: unknown }[]>`SELECT value FROM crmbet.settings WHERE name = ${name}`;
  return row?.value;
}

export async function writeSetting(
  { sql }: Pick<Database, 'sql'>,
  name: string,
  value: unknown,
): Promise<void> {
  await sql.begin((tx) => putSetting(tx, name, value));
}

type Tx = TransactionSql<{ bigint: bigint }>;

/** Reads a setting that nobody else changes until the transaction ends. */
export async function lockSetting(tx: Tx, name: string): Promise<unknown> {
  const [row] = await tx<
    { value: unknown }[]
  >`SELECT value FROM crmbet.settings WHERE name = ${name} FOR UPDATE`;
  return row?.value;
}

/** As writeSetting, within a transaction. */
export async function putSetting(tx: Tx, name: string, value: unknown): Promise<void> {
  await tx`
    INSERT INTO crmbet.settings (name, value) VALUES (${name}, ${JSON.stringify(value)}::text::jsonb)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
}
