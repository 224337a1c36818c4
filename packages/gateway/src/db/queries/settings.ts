import { eq } from 'drizzle-orm';
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
