import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeadLetterLimits, defaultDeadLetterLimits } from '../config/dead-letter-limits.ts';
import { listWholeLetters } from '../db/queries/dead-letters.ts';
import { aLetter } from '../testing/a-letter.ts';
import { createTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { DeadLetterKeeper } from './dead-letter-keeper.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

const keeperOf = (limits: Partial<DeadLetterLimits> = {}) => {
  const counted: [string, string, number][] = [];
  const dropped: [string, number][] = [];
  const keeper = new DeadLetterKeeper({
    sql: gateway.running.db.sql,
    limits: { ...defaultDeadLetterLimits, ...limits },
    metrics: {
      deadLetters: (kind, code, count) => counted.push([kind, code, count]),
      deadLettersDropped: (why, count) => dropped.push([why, count]),
    },
  });
  return { keeper, counted, dropped };
};

const kept = (tenantId: string) => listWholeLetters(gateway.running.db.sql, tenantId, { limit: 1000 });
const newTenant = async () => (await gateway.addTenant()).tenantId;

describe('a letter', () => {
  it('is kept with what could be read of it', async () => {
    const tenantId = await newTenant();
    await keeperOf().keeper.keep(tenantId, [
      aLetter(
        { id: 'e-1', type: 'bet.placed', player: 'p-1', data: { n: [1, null] } },
        { channel: 'kafka', replay: true },
      ),
    ]);
    expect(await kept(tenantId)).toMatchObject([
      {
        kind: 'rejected',
        code: 'event_invalid',
        errors: '[{"pointer":"/type","detail":"is missing"}]',
        channel: 'kafka',
        source: 0,
        event_id: 'e-1',
        type: 'bet.placed',
        player: 'p-1',
        raw: '{"id":"e-1","type":"bet.placed","player":"p-1","data":{"n":[1,null]}}',
        truncated: false,
        replay: true,
        seen: 1n,
        attempts: 0,
      },
    ]);
  });

  it.each([
    ['nothing', null],
    ['a word', 'not JSON: {"id":'],
    ['a number', -0.5],
    ['a list', [1, [2]]],
    ['an id that is no text', { id: '\0', type: '\ud800', player: { a: 1 } }],
    ['an id that is too long', { id: 'x'.repeat(129) }],
    ['keys and values that no text column takes', { '\0': '\udc00\0', __proto__: 1 }],
    ['the name of a method for its id', JSON.parse('{"__proto__":{"id":"e"}}')],
  ])('may be %s', async (_, raw) => {
    const tenantId = await newTenant();
    await keeperOf().keeper.keep(tenantId, [
      aLetter(raw, { errors: [{ pointer: '/\0\ud800', detail: 'is "odd" \\ {a,b}' }] }),
    ]);
    const [row] = await kept(tenantId);
    expect(row).toMatchObject({ event_id: null, player: null, truncated: false });
    expect(row?.raw).toBe(JSON.stringify(raw));
    expect(JSON.parse(row?.errors ?? '')).toEqual([{ pointer: '/\0\ud800', detail: 'is "odd" \\ {a,b}' }]);
  });

  it('is bounded, whatever is sent', async () => {
    const tenantId = await newTenant();
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    const errors = Array.from({ length: 50 }, () => ({
      pointer: 'p'.repeat(5000),
      detail: 'd'.repeat(5000),
    }));
    await keeperOf().keeper.keep(tenantId, [
      aLetter({ id: 'large', data: 'x'.repeat(1_000_000) }, { errors }),
      aLetter({ id: 'from a browser', data: 'x'.repeat(10_000) }, { source: 'browser' }),
      aLetter({ id: 'deep', data: deep }),
    ]);
    const rows = new Map((await kept(tenantId)).map((row) => [row.event_id, row]));
    expect(rows.get('large')).toMatchObject({ truncated: true });
    expect(rows.get('large')?.raw).toHaveLength(64 * 1024);
    expect(rows.get('large')?.errors.length).toBeLessThan(50_000);
    expect(rows.get('from a browser')).toMatchObject({ truncated: true, source: 1 });
    expect(rows.get('from a browser')?.raw).toHaveLength(8 * 1024);
    expect(rows.get('deep')).toMatchObject({ truncated: true });
  });
});

describe('the same letter', () => {
  it('is one, counted, however often and in whatever company it comes', async () => {
    const tenantId = await newTenant();
    const { keeper, counted } = keeperOf();
    const first = new Date('2026-05-05T10:00:00Z');
    const last = new Date('2026-05-05T12:00:00Z');
    await keeper.keep(tenantId, [aLetter({ id: 'a' }, { receivedAt: first }), aLetter({ id: 'b' })]);
    await keeper.keep(
      tenantId,
      ['a', 'a', 'c', 'a'].map((id) => aLetter({ id }, { receivedAt: last })),
    );
    const rows = new Map((await kept(tenantId)).map((row) => [row.event_id, row]));
    expect([...rows].map(([id, { seen }]) => [id, seen]).sort()).toEqual([
      ['a', 4n],
      ['b', 1n],
      ['c', 1n],
    ]);
    expect(rows.get('a')).toMatchObject({ received_at: first, last_seen_at: last });
    expect(counted).toHaveLength(6);
  });

  it('is another for another reason, kind, source, or way of being replayed', async () => {
    const tenantId = await newTenant();
    const raw = { id: 'a' };
    await keeperOf().keeper.keep(tenantId, [
      aLetter(raw),
      aLetter(raw, { code: 'event_too_late' }),
      aLetter(raw, { source: 'browser' }),
      aLetter(raw, { replay: true }),
      aLetter(raw, { channel: 'kafka', errors: [] }),
    ]);
    expect((await kept(tenantId)).map(({ seen }) => Number(seen)).sort()).toEqual([1, 1, 1, 2]);
  });

  it('is one from many gateways at once', async () => {
    const tenantId = await newTenant();
    const ids = Array.from({ length: 300 }, (_, n) => n);
    await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        keeperOf().keeper.keep(
          tenantId,
          (turn % 2 === 0 ? ids : [...ids].reverse()).map((n) => aLetter({ id: `e-${n}` })),
        ),
      ),
    );
    const rows = await kept(tenantId);
    expect(rows).toHaveLength(300);
    expect(new Set(rows.map(({ seen }) => seen))).toEqual(new Set([6n]));
  });
});

describe('a full list', () => {
  it('lets the oldest go, and says so', async () => {
    const tenantId = await newTenant();
    const { keeper, dropped } = keeperOf({ server: 5 });
    for (let n = 0; n < 12; n += 1) {
      await keeper.keep(tenantId, [aLetter({ id: `e-${n}` })]);
      // Ids sort by the millisecond in which they were made.
      await new Promise((next) => setTimeout(next, 2));
    }
    expect((await kept(tenantId)).map(({ event_id }) => event_id)).toEqual(
      [7, 8, 9, 10, 11].map((n) => `e-${n}`),
    );
    expect(dropped.reduce((sum, [, count]) => sum + count, 0)).toBe(7);
    expect(new Set(dropped.map(([why]) => why))).toEqual(new Set(['limit']));
  });

  it('keeps its size for a gateway that has just started', async () => {
    const tenantId = await newTenant();
    for (let n = 0; n < 8; n += 1)
      await keeperOf({ server: 5 }).keeper.keep(tenantId, [aLetter({ id: `e-${n}` })]);
    expect(await kept(tenantId)).toHaveLength(5);
  });

  it('is not filled by letters that are there already', async () => {
    const tenantId = await newTenant();
    const { keeper, dropped } = keeperOf({ server: 3 });
    for (let n = 0; n < 12; n += 1) await keeper.keep(tenantId, [aLetter({ id: `e-${n % 3}` })]);
    expect(await kept(tenantId)).toHaveLength(3);
    expect(dropped).toEqual([]);
  });

  it('of browsers takes nothing from what servers sent, and one of rejects nothing from conflicts', async () => {
    const tenantId = await newTenant();
    const { keeper } = keeperOf({ server: 4, browser: 2 });
    const ids = Array.from({ length: 20 }, (_, n) => `e-${n}`);
    await keeper.keep(tenantId, [
      { ...aLetter({ id: 'c' }), kind: 'conflict', code: 'event_conflict', playerId: tenantId, hash: -1n },
      aLetter({ id: 's' }),
    ]);
    await keeper.keep(
      tenantId,
      ids.map((id) => aLetter({ id }, { source: 'browser' })),
    );
    const bySource = async () => (await kept(tenantId)).map(({ kind, source }) => `${kind} ${source}`).sort();
    expect(await bySource()).toEqual(['conflict 0', 'rejected 0', 'rejected 1', 'rejected 1']);
    await keeper.keep(
      tenantId,
      ids.map((id) => aLetter({ id })),
    );
    expect(await bySource()).toEqual([
      'conflict 0',
      ...Array.from({ length: 4 }, () => 'rejected 0'),
      'rejected 1',
      'rejected 1',
    ]);
  });
});

it('lets go of what nobody has sent for as long as it is told', async () => {
  const tenantId = await newTenant();
  const { keeper, dropped } = keeperOf({ retention: { count: 30, unit: 'day' } });
  const now = Date.UTC(2026, 4, 31, 12);
  const daysAgo = (days: number) => new Date(now - days * 86_400_000);
  await keeper.keep(tenantId, [
    aLetter({ id: 'old' }, { receivedAt: daysAgo(31) }),
    aLetter({ id: 'sent again' }, { receivedAt: daysAgo(31) }),
    aLetter({ id: 'new' }, { receivedAt: daysAgo(29) }),
  ]);
  await keeper.keep(tenantId, [aLetter({ id: 'sent again' }, { receivedAt: daysAgo(1) })]);
  await keeper.purge(new Date(now));
  expect((await kept(tenantId)).map(({ event_id }) => event_id).sort()).toEqual(['new', 'sent again']);
  expect(dropped).toEqual([['retention', 1]]);
});

it('rejects when the store is away, as a failure that asks to try again', async () => {
  const tenantId = await newTenant();
  const { keeper } = keeperOf();
  const elsewhere = await createTestGateway();
  const { sql } = elsewhere.running.db;
  await elsewhere.stop();
  const away = new DeadLetterKeeper({
    sql,
    limits: defaultDeadLetterLimits,
    metrics: { deadLetters: () => {}, deadLettersDropped: () => {} },
  });
  await expect(away.keep(tenantId, [aLetter({ id: 'a' })])).rejects.toMatchObject({
    code: 'CONNECTION_ENDED',
  });
  await keeper.keep(tenantId, [aLetter({ id: 'a' })]);
  expect(await kept(tenantId)).toMatchObject([{ seen: 1n }]);
});
