import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { apiKeys, tenants } from '../../db/schema/index.ts';
import { found } from '../../errors/not-found.ts';

/** A key as its operator may see it again: never the key itself. */
export type KeySummary = {
  id: string;
  kind: 'secret' | 'publishable';
  name: string;
  createdAt: string;
  revokedAt: string | null;
};

const summary = {
  id: apiKeys.id,
  kind: apiKeys.kind,
  name: apiKeys.name,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt,
};

/** The keys of an operator, oldest first (the secret one of a pair before the other), those that were revoked as well. */
export async function listKeys({ orm }: Database, slug: string): Promise<KeySummary[]> {
  const [tenant] = await orm.select({ id: tenants.id }).from(tenants).where(eq(tenants.slug, slug));
  const { id } = found(tenant, 'tenant');
  const rows = await orm
    .select(summary)
    .from(apiKeys)
    .where(eq(apiKeys.tenantId, id))
    .orderBy(apiKeys.createdAt, desc(apiKeys.kind), apiKeys.id);
  return rows.map(toSummary);
}

/** From then on the key is refused, within two seconds, and the streams that it opened end, within twenty. Twice is as good as once. */
export async function revokeKey({ orm }: Database, id: string, now = new Date()): Promise<KeySummary> {
  await orm
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
  const [row] = await orm.select(summary).from(apiKeys).where(eq(apiKeys.id, id));
  return toSummary(found(row, 'key'));
}

const toSummary = (
  row: Omit<KeySummary, 'createdAt' | 'revokedAt'> & { createdAt: Date; revokedAt: Date | null },
) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
