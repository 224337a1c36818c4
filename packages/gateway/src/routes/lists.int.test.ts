import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLetter, keepLetters } from '../testing/a-letter.ts';
import { readProblem } from '../testing/contract.ts';
import { anEvent, createTestGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
  const client = gateway.client();
  // Many ties in every order: equal sums, equal moments.
  const at = new Date(Date.now() - 3_600_000).toISOString();
  await client.events.send(
    Array.from({ length: 23 }, (_, n) =>
      anEvent({
        player: `p-${n}`,
        time: at,
        brand: n % 2 === 0 ? 'arena' : 'sul',
        data: { amount: (n % 4) * 100, currency: 'BRL' },
      }),
    ),
  );
  await client.events.send(
    Array.from({ length: 23 }, (_, n) =>
      anEvent({
        id: `same-${n}`,
        type: 'bet.placed',
        player: 'p-1',
        time: at,
        data: { betId: 'b', stake: n, currency: 'BRL' },
      }),
    ),
  );
  for (let n = 0; n < 9; n += 1) {
    await client.segments.create({
      name: `segment ${n}`,
      rule: { attribute: 'brand', op: 'in', values: ['arena', `s${n}`] },
    });
    await client.models.create({ name: `model ${n}`, k: 64, features: ['ggr_30d'] });
  }
  await keepLetters(
    gateway,
    gateway.tenant.tenantId,
    Array.from({ length: 11 }, (_, n) => aLetter({ id: `bad-${n}`, type: 'bet.placed' })),
  );
});
afterAll(() => gateway.stop());

const lists = [
  ...['lastActive', 'deposits', 'turnover', 'ggr'].map((sort) => `/v1/players?sort=${sort}`),
  '/v1/players?brand=arena',
  '/v1/players?q=p-1',
  '/v1/players/p-1/events',
  '/v1/players/p-1/events?type=bet.placed',
  '/v1/segments',
  '/v1/segments/{segment}/members',
  '/v1/models',
  '/v1/dead-letters',
  '/v1/dead-letters?kind=rejected&code=event_invalid&type=bet.placed&channel=api&since=2026-01-01T00:00:00Z',
];

const filled = async (path: string) => {
  const [first] = await gateway.client().segments.list({ limit: 1 }).toArray({ limit: 1 });
  return path.replace('{segment}', first?.id ?? '');
};
const and = (path: string, more: string) => `${path}${path.includes('?') ? '&' : '?'}${more}`;
const pageOf = async (path: string): Promise<{ data: unknown[]; nextCursor: string | null }> => {
  const response = await gateway.request(path);
  expect(response.status, path).toBe(200);
  return await response.json();
};
const walk = async (path: string, limit: number, between = async () => {}) => {
  const rows: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await pageOf(
      and(path, `limit=${limit}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`),
    );
    expect(page.data.length).toBeLessThanOrEqual(limit);
    rows.push(...page.data);
    // Or the walk would never end.
    expect(page.nextCursor).not.toBe(cursor);
    cursor = page.nextCursor;
    await between();
  }
  return rows;
};
const keyOf = (row: unknown) =>
  JSON.stringify(typeof row === 'object' && row !== null && 'id' in row ? row.id : row);

describe.each(lists)('%s', (template) => {
  it('walked in pages of any size is the list itself, nothing twice', async () => {
    const path = await filled(template);
    const whole = await pageOf(and(path, 'limit=1000'));
    expect(whole.nextCursor).toBeNull();
    expect(whole.data.length).toBeGreaterThan(7);
    expect(new Set(whole.data.map(keyOf)).size).toBe(whole.data.length);
    for (const limit of [1, 2, 3, 5, 7, whole.data.length - 1, whole.data.length, whole.data.length + 1]) {
      expect((await walk(path, limit)).map(keyOf), `limit ${limit}`).toEqual(whole.data.map(keyOf));
    }
  });

  it('walked while others write gives each row that stays put once', async () => {
    const path = await filled(template);
    const before = (await pageOf(and(path, 'limit=1000'))).data.map(keyOf);
    let n = 0;
    const rows = await walk(path, 3, async () => {
      n += 1;
      // New players and events come in at the newest end, or elsewhere; nobody of the list moves.
      await gateway
        .client()
        .events.send(
          anEvent({ player: `new-${lists.indexOf(template)}-${n}`, data: { amount: 150, currency: 'BRL' } }),
        );
    });
    const seen = rows.map(keyOf);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((key) => before.includes(key))).toEqual(before);
  });

  it('refuses a cursor that is not one of its own, and never fails on one', async () => {
    const path = await filled(template);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const uuid = '00000000-0000-7000-8000-000000000001';
    const forged = [
      'x',
      'null',
      '%00',
      encode(null),
      encode([]),
      encode(['', '']),
      encode(['1', '2', '3']),
      encode({ value: '1' }),
      encode(['2026-02-30T00:00:00.000000Z', uuid]),
      encode(['2026-13-01T00:00:00.000000Z', uuid]),
      encode(['0000-01-01T00:00:00.000000Z', uuid]),
      encode(['99999999999999999999999999999999', uuid]),
      encode(["1'; DROP TABLE crmbet.players; --", uuid]),
      encode(['2026-05-05T00:00:00.000000Z', 'no uuid\0']),
      encode(['1', "' OR 1=1 --\0"]),
      encode([1, uuid]),
      'A'.repeat(1024),
    ];
    for (const cursor of forged) {
      const response = await gateway.request(and(path, `cursor=${cursor}`));
      expect(await readProblem(response), `${path} ${cursor}`).toMatchObject({ status: 400 });
    }
    const tooLong = await gateway.request(and(path, `cursor=${'A'.repeat(1025)}`));
    expect(await readProblem(tooLong)).toMatchObject({ status: 400, code: 'request_invalid' });
  });

  it('answers any cursor at all with a page or a refusal', async () => {
    const path = await filled(template);
    const digits = fc.bigInt({ min: -(10n ** 32n), max: 10n ** 32n }).map(String);
    const instant = fc
      .tuple(fc.nat(9999), fc.nat(13), fc.nat(32))
      .map(
        ([y, m, d]) =>
          `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}T00:00:00.000000Z`,
      );
    const value = fc.oneof(fc.string(), digits, instant, fc.constant(''));
    const id = fc.oneof(fc.uuid(), fc.string({ unit: 'binary', maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(value, id, async (...parts) => {
        const response = await gateway.request(
          and(path, `cursor=${Buffer.from(JSON.stringify(parts)).toString('base64url')}`),
        );
        expect([200, 400]).toContain(response.status);
      }),
      { numRuns: 60 },
    );
  });
});

it('counts all that match, on any page', async () => {
  const { total } = (await (await gateway.request('/v1/players?count=true&limit=2&brand=sul')).json()) as {
    total: number;
  };
  expect(total).toBe(11);
});
