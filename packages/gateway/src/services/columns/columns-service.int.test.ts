import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { scopes } from '../../auth/scopes.ts';
import { primaryOnly } from '../../db/replicas/reads.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { TenantDirectory } from '../tenants/tenant-directory.ts';
import { ColumnsService } from './columns-service.ts';

let gateway: TestGateway;
let columns: ColumnsService;
const query = { features: ['turnover_30d'], precision: 'double' } as const;

beforeAll(async () => {
  gateway = await createTestGateway();
  await gateway.client().events.send(['p-1', 'p-2'].map((player) => anEvent({ player })));
  const { db, services } = gateway.running;
  columns = new ColumnsService(new TenantDirectory(db), services.features, primaryOnly(db), {
    identifyEveryMs: 0,
  });
});
afterAll(() => gateway.stop());

const principal = (kind: Principal['kind']): Principal => ({
  tenantId: gateway.tenant.tenantId,
  kind,
  subject: 'k',
  scopes,
});
const revoked = () => Promise.reject(new Error('revoked'));

it('ends a reading whose key is revoked meanwhile', async () => {
  const { body } = await columns.open(principal('secret'), query, revoked);
  await expect(new Response(body).arrayBuffer()).rejects.toThrow('revoked');
  const narrowed = async () => ({ ...principal('secret'), scopes: [] });
  const other = await columns.open(principal('secret'), query, narrowed);
  await expect(new Response(other.body).arrayBuffer()).rejects.toThrow('taken away');
});

it('lets a session read to the end what it began, and a key that is good', async () => {
  for (const [kind, identify] of [
    ['session', revoked],
    ['secret', async () => principal('secret')],
  ] as const) {
    const { body, rows } = await columns.open(principal(kind), query, identify);
    expect(rows).toBe(2);
    expect((await new Response(body).arrayBuffer()).byteLength).toBeGreaterThan(100);
  }
});
