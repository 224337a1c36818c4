import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { hashKey, newKey } from '../../auth/api-key.ts';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import type { Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import { apiKeys, tenants } from '../../db/schema/index.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { LocalClock } from '../../ingest/local-clock.ts';

export type NewTenant = { slug: string; name: string; timeZone: string };
export type TenantKeys = { tenantId: string; secretKey: string; publishableKey: string };

/** Creates an operator with its first two keys. The keys are shown this once: only their hashes are kept. */
export async function createTenant(db: Database, tenant: NewTenant, now = new Date()): Promise<TenantKeys> {
  new LocalClock(tenant.timeZone); // refuses an unknown zone
  const tenantId = uuidv7(now);
  const keys = { secretKey: newKey('secret'), publishableKey: newKey('publishable') };
  try {
    await db.orm.transaction(async (tx) => {
      await tx.insert(tenants).values({
        id: tenantId,
        ...tenant,
        playerIdSecret: new Uint8Array(randomBytes(32)),
        sessionSecret: new Uint8Array(randomBytes(32)),
        createdAt: now,
      });
      await tx.insert(apiKeys).values([
        {
          id: uuidv7(now),
          tenantId,
          kind: 'secret',
          name: 'first secret key',
          hash: hashKey(keys.secretKey),
          createdAt: now,
        },
        {
          id: uuidv7(now),
          tenantId,
          kind: 'publishable',
          name: 'first publishable key',
          hash: hashKey(keys.publishableKey),
          createdAt: now,
        },
      ]);
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new CrmbetError('name_taken', `There is a tenant called ${tenant.slug} already.`);
    throw error;
  }
  return { tenantId, ...keys };
}

export async function findTenantBySlug(db: Database, slug: string): Promise<string | undefined> {
  const [row] = await db.orm.select({ id: tenants.id }).from(tenants).where(eq(tenants.slug, slug));
  return row?.id;
}
