import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import type { Running } from '../services/create-services.ts';
import { readProblem } from '../testing/contract.ts';
import {
  anEvent,
  createTestGateway,
  quietLog,
  startServices,
  type TestGateway,
} from '../testing/test-gateway.ts';

let gateway: TestGateway;
let second: Running;

beforeAll(async () => {
  gateway = await createTestGateway();
  second = await startServices(gateway.databaseUrl);
});
afterAll(async () => {
  await second.stop();
  await gateway.stop();
});

const client = () => gateway.client();
const statusesOf = async (events: unknown[], more: object = {}) => {
  const response = await gateway.request('/v1/events', { json: { events, ...more } });
  expect(response.status).toBe(200);
  const { results }: { results: { index: number; id: string | null; status: string }[] } =
    await response.json();
  expect(results.map(({ index }) => index)).toEqual(events.map((_, index) => index));
  return results.map(({ status }) => status);
};
const storedOf = async (player: string) => {
  const stored = await client().players.events(player).toArray({ limit: 1000 });
  return stored.map(({ id }) => id);
};

describe('an event', () => {
  it('is stored once and counted once, however many gateways and requests bring it at once', async () => {
    const secondApp = createApp({ services: second.services, metrics: second.metrics, log: quietLog });
    const event = anEvent({ player: 'many' });
    const send = async (index: number) => {
      // Alone, in batches, in batches with others, by one gateway and by the other.
      const others = Array.from({ length: index % 3 }, () => anEvent({ player: `other-${index % 7}` }));
      const at = randomInt(others.length + 1);
      const body = index % 4 === 0 ? event : { events: [...others.slice(0, at), event, ...others.slice(at)] };
      const app = index % 2 === 0 ? gateway.app : secondApp;
      const response = await app.request('/v1/events', {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.tenant.secretKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
      const { results }: { results: { id: string; status: string }[] } = await response.json();
      return results.filter(({ id }) => id === event.id).map(({ status }) => status);
    };
    const statuses = (await Promise.all(Array.from({ length: 50 }, (_, index) => send(index)))).flat();
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(49);
    expect(await storedOf('many')).toEqual([event.id]);
    expect((await client().players.get('many')).deposits).toEqual({
      count: 1,
      money: { amount: '1250', currency: 'BRL' },
    });
  });

  it('is known again after a restart, and in another spelling of the same body', async () => {
    const event = anEvent({ player: 'again', time: '2026-05-05T14:03:00Z', brand: 'arena' });
    expect(await statusesOf([event])).toEqual(['accepted']);
    const third = await startServices(gateway.databaseUrl);
    try {
      const principal = await third.services.identity.identify(gateway.tenant.secretKey, undefined);
      const spellings = [
        event,
        { ...event, time: '2026-05-05T11:03:00.000-03:00' },
        { ...event, data: { currency: 'BRL', amount: 1250 } },
        { ...event, replay: true },
      ];
      const { results } = await third.services.events.send(principal, { events: spellings });
      expect(results.map(({ status }) => status)).toEqual(spellings.map(() => 'duplicate'));
    } finally {
      await third.stop();
    }
    expect((await client().players.get('again')).deposits.count).toBe(1);
  });

  it('with the id of another is a conflict: in a batch by its item, alone by 409; the first stays as it was', async () => {
    const event = anEvent({ player: 'taken' });
    const rival = { ...event, data: { amount: 999, currency: 'BRL' } };
    const later = { ...event, time: new Date().toISOString() };
    expect(await statusesOf([event, rival])).toEqual(['accepted', 'conflict']);
    expect(await statusesOf([rival, event, later])).toEqual(['conflict', 'duplicate', 'conflict']);
    const alone = await gateway.request('/v1/events', { json: rival });
    expect(await readProblem(alone)).toMatchObject({ status: 409, code: 'event_conflict' });
    expect((await client().players.get('taken')).deposits.money.amount).toBe('1250');
  });

  it('with the id of another, sent at once by two gateways, is stored as exactly one of the two', async () => {
    const principal = await second.services.identity.identify(gateway.tenant.secretKey, undefined);
    for (let round = 0; round < 10; round += 1) {
      const event = anEvent({ player: `race-${round}` });
      const rival = { ...event, data: { amount: 999, currency: 'BRL' } };
      const outcomes = await Promise.all([
        gateway.running.services.events.send(principal, { events: [event] }),
        second.services.events.send(principal, { events: [rival] }),
      ]);
      const statuses = outcomes.map(({ results }) => results[0]?.status);
      expect(statuses.sort()).toEqual(['accepted', 'conflict']);
      expect((await client().players.get(`race-${round}`)).deposits.count).toBe(1);
    }
  });

  it('twice in one batch is stored once', async () => {
    const [a, b] = [anEvent({ player: 'twice' }), anEvent({ player: 'twice' })];
    expect(await statusesOf([a, b, a, a, b])).toEqual([
      'accepted',
      'accepted',
      'duplicate',
      'duplicate',
      'duplicate',
    ]);
    expect((await storedOf('twice')).sort()).toEqual([a.id, b.id].sort());
  });

  it('of one tenant is nothing to another', async () => {
    const neighbour = await gateway.addTenant();
    const event = anEvent({ player: 'shared' });
    for (const credential of [gateway.tenant.secretKey, neighbour.secretKey]) {
      const { results } = await gateway.client(credential).events.send([event]);
      expect(results[0]?.status).toBe('accepted');
    }
    expect((await gateway.client(neighbour.secretKey).players.get('shared')).deposits.count).toBe(1);
  });
});

describe('a batch', () => {
  it('answers item by item, in order; what is bad takes nothing with it', async () => {
    const good = anEvent({ player: 'mixed' });
    const other = anEvent({ player: 'mixed-2' });
    const response = await gateway.request('/v1/events', {
      json: {
        events: [
          { ...good, time: '2026-05-05' },
          good,
          null,
          good,
          { ...other, data: { amount: 1.5, currency: 'BRL' } },
          other,
          [],
        ],
      },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      accepted: 2,
      duplicates: 1,
      conflicts: 0,
      rejected: 4,
      results: [
        { index: 0, id: good.id, status: 'rejected', code: 'event_invalid', errors: [{ pointer: '/time' }] },
        { index: 1, id: good.id, status: 'accepted' },
        { index: 2, id: null, status: 'rejected' },
        { index: 3, id: good.id, status: 'duplicate' },
        { index: 4, id: other.id, status: 'rejected', errors: [{ pointer: '/data/amount' }] },
        { index: 5, id: other.id, status: 'accepted' },
        { index: 6, id: null, status: 'rejected' },
      ],
    });
  });

  it('of a thousand is taken whole; one more, or none, is refused whole', async () => {
    const events = Array.from({ length: 1001 }, (_, index) => anEvent({ player: `bulk-${index % 50}` }));
    const over = await gateway.request('/v1/events', { json: { events } });
    expect(await readProblem(over)).toMatchObject({ status: 422, code: 'batch_too_large' });
    expect(await statusesOf(events.slice(0, 1000))).toEqual(events.slice(1).map(() => 'accepted'));
    const empty = await gateway.request('/v1/events', { json: { events: [] } });
    expect(await readProblem(empty)).toMatchObject({ status: 400, code: 'request_invalid' });
  });
});

describe('money', () => {
  it('is exact beyond 2^53, in the sums of the player, the days and the reports', async () => {
    const amounts = ['9007199254740993', '123456789012345678', 9007199254740991];
    const total = amounts.reduce((sum: bigint, amount) => sum + BigInt(amount), 0n).toString();
    await client().events.send(
      amounts.map((amount) => anEvent({ player: 'rich', data: { amount, currency: 'USD' } })),
    );
    expect((await client().players.get('rich')).deposits.money).toEqual({ amount: total, currency: 'USD' });
    const { data } = await client().players.days('rich');
    expect(data.reduce((sum, { deposits }) => sum + BigInt(deposits), 0n).toString()).toBe(total);
    const kpis = await client().reports.kpis();
    expect(kpis.currencies.find(({ currency }) => currency === 'USD')?.deposits).toEqual({
      count: 3,
      amount: total,
    });
    const [stored] = await client().players.events('rich').toArray({ limit: 1 });
    expect(amounts).toContain(stored?.data.amount);
  });

  it('that would take a sum beyond 64 bits is refused alone; its neighbours are stored', async () => {
    const nearly = '999999999999999999';
    const nine = Array.from({ length: 9 }, () =>
      anEvent({ player: 'overflow', data: { amount: nearly, currency: 'EUR' } }),
    );
    expect(new Set(await statusesOf(nine))).toEqual(new Set(['accepted']));
    const beyond = anEvent({ player: 'overflow', data: { amount: nearly, currency: 'EUR' } });
    const events = [
      anEvent({ player: 'overflow', data: { amount: 5, currency: 'EUR' } }),
      beyond,
      anEvent({ player: 'calm' }),
    ];
    expect(await statusesOf(events)).toEqual(['accepted', 'rejected', 'accepted']);
    const alone = await gateway.request('/v1/events', { json: beyond });
    expect(await readProblem(alone)).toMatchObject({ status: 422, code: 'event_invalid' });
    expect((await client().players.get('overflow')).deposits.money.amount).toBe(
      (9n * BigInt(nearly) + 5n).toString(),
    );
    // Refused is not claimed: with a value that fits, the same id is taken.
    expect(await statusesOf([{ ...beyond, data: { amount: 1, currency: 'EUR' } }])).toEqual(['accepted']);
  });

  it('so large that stakes and payouts together pass 64 bits can still be read', async () => {
    const data = (extra: object) => ({ stake: '999999999999999999', currency: 'JPY', ...extra });
    await client().events.send(
      Array.from({ length: 9 }, (_, index) => [
        anEvent({ player: 'whale', type: 'bet.placed', data: data({ betId: `b${index}` }) }),
        anEvent({ player: 'whale', type: 'casino.round', data: data({ game: 'x', payout: 0 }) }),
      ]).flat(),
    );
    const turnover = (18n * 999999999999999999n).toString();
    expect((await client().players.get('whale')).turnover).toEqual({ amount: turnover, currency: 'JPY' });
    for (const sort of ['turnover', 'ggr'] as const) {
      const list = await client().players.list({ sort, limit: 1 }).toArray({ limit: 3 });
      expect(list[0]?.id).toBe('whale');
    }
    expect((await client().players.days('whale')).data[0]?.turnover).toBeDefined();
    expect(
      (await client().reports.kpis({ series: true })).currencies.find(({ currency }) => currency === 'JPY')
        ?.turnover,
    ).toBe(turnover);
  });

  it('in a second currency is never added to the first', async () => {
    await client().events.send([
      anEvent({ player: 'two', data: { amount: 100, currency: 'BRL' } }),
      anEvent({ player: 'two', data: { amount: 7, currency: 'USD' } }),
    ]);
    const player = await client().players.get('two');
    expect([player.currency, player.deposits]).toEqual([
      'BRL',
      { count: 2, money: { amount: '100', currency: 'BRL' } },
    ]);
    expect(player.features).toMatchObject({ deposits_amount_7d: 100, deposits_count_7d: 2 });
  });
});

describe('a publishable key', () => {
  it('captures what a browser may say about itself, and no money', async () => {
    const credential = gateway.tenant.publishableKey;
    const session = anEvent({ type: 'session.started', player: 'page', data: { sessionId: 's-1' } });
    const custom = anEvent({ type: 'page.viewed', player: 'page', data: { path: '/slots' } });
    const { results } = await gateway
      .client(credential)
      .events.send([session, custom, anEvent({ player: 'page' })]);
    expect(results).toMatchObject([
      { status: 'accepted' },
      { status: 'accepted' },
      { status: 'rejected', code: 'type_not_allowed', errors: [{ pointer: '/type' }] },
    ]);
    const alone = await gateway.request('/v1/events', { credential, json: anEvent() });
    expect(await readProblem(alone)).toMatchObject({ status: 422, code: 'type_not_allowed' });
    const unknown = anEvent({ type: 'restriction.lifted', data: { restriction: 'time_out' } });
    expect((await gateway.client(credential).events.send([unknown])).rejected).toBe(1);
  });
});
