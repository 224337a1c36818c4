import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../ingest/canonical-json.ts';
import { readProblem } from '../testing/contract.ts';
import { eventually } from '../testing/eventually.ts';
import { createTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

let keys = 0;
const newKey = () => `key-${++keys}`;
const create = (key: string, name: string, more: { credential?: string; path?: string } = {}) =>
  gateway.request(more.path ?? '/v1/segments', {
    json: more.path === '/v1/models' ? { name, k: 2 } : { name, rule: { restricted: true } },
    headers: { 'idempotency-key': key },
    ...(more.credential === undefined ? {} : { credential: more.credential }),
  });
const named = async (name: string) =>
  (await gateway.client().segments.list().toArray({ limit: 1000 })).filter(
    (segment) => segment.name === name,
  );

describe('an idempotency key', () => {
  it('replays the first answer, as often as it is asked', async () => {
    const key = newKey();
    const first = await create(key, 'once');
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const body = await first.json();
    for (let round = 0; round < 3; round += 1) {
      const again = await create(key, 'once');
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect(await again.json()).toEqual(body);
    }
    expect(await named('once')).toHaveLength(1);
    // Without the key the name is taken: the answers above were replays indeed.
    const { status } = await gateway.request('/v1/segments', {
      json: { name: 'once', rule: { restricted: true } },
    });
    expect(status).toBe(409);
  });

  it('with another body, or elsewhere, is refused', async () => {
    const key = newKey();
    expect((await create(key, 'body a')).status).toBe(201);
    for (const other of [create(key, 'body b'), create(key, 'body a', { path: '/v1/models' })]) {
      expect(await readProblem(await other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    }
    expect(await named('body b')).toEqual([]);
  });

  it('sent many times at once does its work once', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(key, 'at once')));
    const bodies = new Set<string>();
    for (const answer of answers) {
      if (answer.status === 201) bodies.add(canonicalJson(await answer.json()));
      else {
        expect(await readProblem(answer)).toMatchObject({ status: 409, code: 'idempotency_in_progress' });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    }
    expect(bodies.size).toBe(1);
    expect(await named('at once')).toHaveLength(1);
  });

  it('is free again when the first request was refused', async () => {
    const key = newKey();
    const refused = await gateway.request('/v1/segments', {
      json: { name: 'mended', rule: { feature: 'no_such_feature', op: 'gt', value: 1 } },
      headers: { 'idempotency-key': key },
    });
    expect(await readProblem(refused)).toMatchObject({ code: 'rule_invalid' });
    expect((await create(key, 'mended')).status).toBe(201);
    expect((await create(key, 'mended')).headers.get('idempotent-replayed')).toBe('true');
  });

  it('is free again when the first request failed on our side', async () => {
    const key = newKey();
    const { sql } = gateway.running.db;
    await sql`ALTER TABLE crmbet.segments ADD CONSTRAINT fault CHECK (name <> 'unlucky')`;
    const failed = await create(key, 'unlucky');
    await sql`ALTER TABLE crmbet.segments DROP CONSTRAINT fault`;
    expect(await readProblem(failed)).toMatchObject({ status: 500 });
    expect((await create(key, 'unlucky')).status).toBe(201);
  });

  it('whose first request died without an answer is taken over after a minute, not before', async () => {
    const key = newKey();
    expect((await create(key, 'died')).status).toBe(201);
    const { sql } = gateway.running.db;
    // As a process that was killed leaves it: claimed, never answered.
    const abandon = (at: number) => sql`
      UPDATE crmbet.idempotency_keys SET status = NULL, body = NULL, created_at = ${new Date(at)} WHERE key = ${key}`;
    await abandon(Date.now() - 50_000);
    expect(await readProblem(await create(key, 'died'))).toMatchObject({ code: 'idempotency_in_progress' });
    await abandon(Date.now() - 61_000);
    expect(await readProblem(await create(key, 'died'))).toMatchObject({ code: 'name_taken' });
  });

  it('held by a request that comes to an end after its key was taken over is the other request’s', async () => {
    const key = newKey();
    const { sql } = gateway.running.db;
    const { idempotency } = gateway.running.services;
    const who = { tenantId: gateway.tenant.tenantId, subject: 'late' };
    const request = { method: 'POST', path: '/v1/segments', body: '{}' };
    const hold = async () => {
      const claim = await idempotency.claim(who, key, request);
      if (claim.replay !== undefined) throw new Error('the key was answered before');
      return claim;
    };
    const abandon = () =>
      sql`UPDATE crmbet.idempotency_keys SET created_at = ${new Date(Date.now() - 61_000)} WHERE key = ${key}`;
    const slow = await hold();
    await abandon();
    const second = await hold();
    // Of many who take over at once one does.
    await abandon();
    const third = await Promise.allSettled(Array.from({ length: 8 }, hold));
    const won = third.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(won).toHaveLength(1);
    for (const late of [slow, second]) {
      await late.keep({ status: 201, body: '"late"' });
      await late.release();
    }
    await expect(idempotency.claim(who, key, request)).rejects.toMatchObject({
      code: 'idempotency_in_progress',
    });
    const answer = { status: 201, body: '{ "to":  "the letter" }' };
    await won[0]?.keep(answer);
    expect(await idempotency.claim(who, key, request)).toEqual({ replay: answer });
  });

  it('answers nobody who may not do what it did, and nobody else', async () => {
    const key = newKey();
    const sessionOf = (sub: string, scope: 'segments:write' | 'segments:read') =>
      gateway.session({ sub, scopes: [scope] });
    const first = await create(key, 'mine', { credential: await sessionOf('ana', 'segments:write') });
    expect(first.status).toBe(201);
    const without = await create(key, 'mine', { credential: await sessionOf('ana', 'segments:read') });
    expect(await readProblem(without)).toMatchObject({ status: 403, code: 'scope_missing' });
    const other = await create(key, 'mine', { credential: await sessionOf('bia', 'segments:write') });
    expect(await readProblem(other)).toMatchObject({ status: 409, code: 'name_taken' });
    const again = await create(key, 'mine', { credential: await sessionOf('ana', 'segments:write') });
    expect([again.headers.get('idempotent-replayed'), await again.text()]).toEqual([
      'true',
      await first.text(),
    ]);
  });

  it('is removed by the gateway once it is older than a day', async () => {
    const [old, young] = [newKey(), newKey()];
    for (const key of [old, young]) expect((await create(key, key)).status).toBe(201);
    const { sql } = gateway.running.db;
    await sql`UPDATE crmbet.idempotency_keys SET created_at = ${new Date(Date.now() - 24 * 3_600_000 - 1000)} WHERE key = ${old}`;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      gateway.running.services.idempotency.start((error) => expect.unreachable(String(error)));
      vi.advanceTimersByTime(10 * 60_000);
      await eventually(async () => {
        const rows = await sql`SELECT key FROM crmbet.idempotency_keys WHERE key IN (${old}, ${young})`;
        expect(rows.map((row) => row.key)).toEqual([young]);
      });
    } finally {
      gateway.running.services.idempotency.stop();
      vi.useRealTimers();
    }
  });

  it('is forgotten after a day', async () => {
    const key = newKey();
    expect((await create(key, 'yesterday')).status).toBe(201);
    await gateway.running.db.sql`
      UPDATE crmbet.idempotency_keys SET created_at = ${new Date(Date.now() - 24 * 3_600_000 - 1000)} WHERE key = ${key}`;
    expect((await create(key, 'today')).status).toBe(201);
  });

  it('of one tenant is nothing to another', async () => {
    const key = newKey();
    const neighbour = await gateway.addTenant();
    const [mine, theirs] = [
      await create(key, 'ours'),
      await create(key, 'theirs', { credential: neighbour.secretKey }),
    ];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('of the shape %j is refused', async (key) => {
    let response: Response;
    try {
      response = await create(key, 'shape');
    } catch (error) {
      // Some never get as far as a header.
      expect(error).toBeInstanceOf(TypeError);
      return;
    }
    expect(await readProblem(response)).toMatchObject({ status: 400, code: 'request_invalid' });
  });

  it('keeps no token of a session', async () => {
    const key = newKey();
    const mint = async () =>
      await gateway.request('/v1/sessions', {
        json: { user: 'ana', scopes: ['players:read'], origin: 'https://a.example.com' },
        headers: { 'idempotency-key': key },
      });
    expect([(await mint()).status, (await mint()).status]).toEqual([201, 201]);
    const rows = await gateway.running.db.sql`SELECT 1 FROM crmbet.idempotency_keys WHERE key = ${key}`;
    expect(rows).toHaveLength(0);
  });
});
