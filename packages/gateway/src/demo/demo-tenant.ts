import { hashKey, newKey } from '../auth/api-key.ts';
import type { Principal } from '../auth/principal.ts';
import { scopes } from '../auth/scopes.ts';
import { uuidv7 } from '../auth/uuid-v7.ts';
import type { Database } from '../db/database.ts';
import { apiKeys } from '../db/schema/index.ts';
import type { IdentityService } from '../services/identity/identity-service.ts';
import { createTenant, findTenantBySlug } from '../services/tenants/create-tenant.ts';
import type { DemoFile } from './demo-file.ts';

export const demoSlug = 'demo';

export type DemoKeys = Pick<DemoFile, 'secretKey' | 'publishableKey'>;

/** The demo's operator: found or made, with keys that work, and a principal that acts for it. */
export async function openDemoTenant(db: Database, identity: IdentityService, known: DemoKeys | undefined) {
  const existing = await findTenantBySlug(db, demoSlug);
  if (existing === undefined) {
    const { tenantId, ...keys } = await createTenant(db, {
      slug: demoSlug,
      name: 'Arena Sul',
      timeZone: 'America/Sao_Paulo',
    });
    return { tenantId, keys, principal: principalOf(tenantId) };
  }
  const keep = known !== undefined && (await belongsTo(identity, known, existing));
  // What was read from the file holds its old address too; only the keys are taken over.
  const { secretKey, publishableKey } = keep ? known : await addKeys(db, existing);
  const keys: DemoKeys = { secretKey, publishableKey };
  return { tenantId: existing, keys, principal: principalOf(existing) };
}

const principalOf = (tenantId: string): Principal => ({ tenantId, kind: 'secret', subject: 'demo', scopes });

async function belongsTo(identity: IdentityService, keys: DemoKeys, tenantId: string): Promise<boolean> {
  const owners = [keys.secretKey, keys.publishableKey].map((key) =>
    identity.identify(key, undefined).then(
      (principal) => principal.tenantId,
      () => undefined,
    ),
  );
  return (await Promise.all(owners)).every((owner) => owner === tenantId);
}

/** The file with the keys was lost or belongs to another database; only hashes are kept, so new ones are made. */
async function addKeys(db: Database, tenantId: string): Promise<DemoKeys> {
  const keys = { secretKey: newKey('secret'), publishableKey: newKey('publishable') };
  const now = new Date();
  await db.orm.insert(apiKeys).values([
    {
      id: uuidv7(now),
      tenantId,
      kind: 'secret',
      name: 'demo',
      hash: hashKey(keys.secretKey),
      createdAt: now,
    },
    {
      id: uuidv7(now),
      tenantId,
      kind: 'publishable',
      name: 'demo',
      hash: hashKey(keys.publishableKey),
      createdAt: now,
    },
  ]);
  return keys;
}
