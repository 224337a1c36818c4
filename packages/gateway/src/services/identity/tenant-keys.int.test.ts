import { afterAll, beforeAll, expect, it } from 'vitest';
import { readProblem } from '../../testing/contract.ts';
import { eventually } from '../../testing/eventually.ts';
import { createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { listKeys, revokeKey } from './tenant-keys.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

it('keys are listed without themselves, and once revoked they open nothing', async () => {
  const { db } = gateway.running;
  const { slug, secretKey, publishableKey } = await gateway.addTenant();
  const keys = await listKeys(db, slug);
  expect(keys).toMatchObject([
    { kind: 'secret', name: 'first secret key', revokedAt: null },
    { kind: 'publishable', name: 'first publishable key', revokedAt: null },
  ]);
  for (const key of [secretKey, publishableKey]) expect(JSON.stringify(keys)).not.toContain(key.slice(3));

  const read = () => gateway.request('/v1/players', { credential: secretKey });
  expect((await read()).status).toBe(200);
  const revoked = await revokeKey(db, keys[0]?.id ?? '');
  expect(revoked.revokedAt).toEqual(expect.any(String));
  await eventually(async () =>
    expect(await readProblem(await read())).toMatchObject({ code: 'key_invalid' }),
  );
  // The first time stands.
  expect(await revokeKey(db, revoked.id, new Date(0))).toEqual(revoked);
  expect((await listKeys(db, slug)).map(({ revokedAt }) => revokedAt)).toEqual([revoked.revokedAt, null]);
});

it('an operator or a key that there is not is said', async () => {
  const { db } = gateway.running;
  await expect(listKeys(db, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
  await expect(revokeKey(db, '00000000-0000-7000-8000-000000000009')).rejects.toMatchObject({
    code: 'not_found',
  });
});
