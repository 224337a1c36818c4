import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../app.ts';
import type { Running } from '../services/create-services.ts';
import { readProblem } from '../testing/contract.ts';
import { eventually } from '../testing/eventually.ts';
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
    expect(player.features.average_deposit_90d).toBe(100);
  });

  it('has an average stake of the stakes in the currency of the account', async () => {
    const bet = (stake: number, currency: string, betId: string) =>
      anEvent({ player: 'stakes', type: 'bet.placed', data: { betId, stake, currency } });
    const round = { game: 'x', stake: 300, payout: 0, currency: 'BRL', rounds: 2 };
    await client().events.send([bet(600, 'BRL', 'a')]);
    await client().events.send([
      bet(7, 'USD', 'b'),
      bet(7, 'USD', 'c'),
      anEvent({ player: 'stakes', type: 'casino.round', data: round }),
    ]);
    const { features } = await client().players.get('stakes');
    expect(features).toMatchObject({ bets_count_30d: 3, average_stake_30d: 300, average_stake_90d: 300 });
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

  it('cannot take an id from a server, and is known by its own', async () => {
    const browser = gateway.client(gateway.tenant.publishableKey);
    const own = anEvent({ type: 'session.started', player: 'spaces', data: { sessionId: 'first' } });
    const other = { ...own, data: { sessionId: 'second' } };
    const send = async (from: typeof browser, event: typeof own) =>
      (await from.events.send([event])).results[0]?.status;
    expect(await send(browser, own)).toBe('accepted');
    expect(await send(client(), other)).toBe('accepted');
    expect(await send(browser, own)).toBe('duplicate');
    expect(await send(browser, other)).toBe('conflict');
    expect(await send(client(), other)).toBe('duplicate');
    // Both have one id and one time: a page of one has to show each.
    const stored = await client().players.events('spaces', { limit: 1 }).toArray({ limit: 10 });
    expect(stored.map(({ source, data }) => [source, data.sessionId])).toEqual([
      ['browser', 'first'],
      ['server', 'second'],
    ]);
  });

  it('writes no history and makes no partition for it', async () => {
    const credential = gateway.tenant.publishableKey;
    const old = anEvent({ type: 'page.viewed', player: 'past', time: '2001-02-03T00:00:00Z', data: {} });
    const response = await gateway.request('/v1/events', { credential, json: old });
    expect(await readProblem(response)).toMatchObject({
      status: 422,
      code: 'event_invalid',
      errors: [{ pointer: '/time' }],
    });
    const made = () => gateway.running.db.sql`SELECT 1 FROM pg_class WHERE relname = 'events_2001'`;
    expect(await made()).toHaveLength(0);
    expect(await statusesOf([old])).toEqual(['accepted']);
    expect(await made()).toHaveLength(1);
  });
});

describe('a profile', () => {
  it('merged by two gateways at once keeps what each of them was told', async () => {
    const { sql } = gateway.running.db;
    await client().events.send([
      anEvent({ type: 'player.registered', player: 'pair', data: { country: 'BR' } }),
    ]);
    const later = anEvent({ type: 'player.updated', player: 'pair', data: { vipLevel: 'gold' } });
    // Another writer has changed the row, and commits only when ours has read the old one and waits to write.
    const sent = await sql.begin(async (tx) => {
      await tx`
        UPDATE crmbet.players SET profile = profile || '{"language":"pt"}', profile_version = profile_version + 1,
          profile_times = profile_times || '{"language":1}' WHERE external_id = 'pair'`;
      const [self] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      const sending = client().events.send([later]);
      await eventually(async () => {
        const waiting =
          await sql`SELECT 1 FROM pg_stat_activity WHERE ${self?.pid ?? 0} = ANY(pg_blocking_pids(pid))`;
        if (waiting.length === 0) throw new Error('nobody waits for the row');
      });
      return { sending };
    });
    expect((await sent.sending).accepted).toBe(1);
    expect((await client().players.get('pair')).profile).toEqual({
      country: 'BR',
      language: 'pt',
      vipLevel: 'gold',
    });
  });

  it('is not written again by an event that changes nothing of it', async () => {
    const { sql } = gateway.running.db;
    const at = (hour: number) => new Date(Date.now() - hour * 3_600_000).toISOString();
    const said = (hour: number, data: Record<string, unknown>) =>
      anEvent({ type: 'player.updated', player: 'still', time: at(hour), brand: 'arena', data });
    const version = async () =>
      await sql`SELECT profile_version, brand_at FROM crmbet.players WHERE external_id = 'still'`;
    await client().events.send([said(3, { country: 'BR' })]);
    const before = await version();
    await client().events.send([said(4, { country: 'PT' })]);
    expect((await version())[0]?.profile_version).toBe(before[0]?.profile_version);
    await client().events.send([said(2, { country: 'PT' })]);
    expect((await version())[0]?.profile_version).toBe(Number(before[0]?.profile_version) + 1);
    expect((await client().players.get('still')).profile).toEqual({ country: 'PT' });
  });
});

describe('a restriction', () => {
  it('of one scope outlives the lifting of another; one that was set and lifted at one moment stays', async () => {
    const time = new Date(Date.now() - 60_000).toISOString();
    const word = (type: string, data: Record<string, unknown>, more = {}) =>
      anEvent({
        type: `restriction.${type}`,
        player: 'held',
        data: { restriction: 'time_out', ...data },
        time,
        ...more,
      });
    const scopes = async () => (await client().players.get('held')).restrictions.map(({ scope }) => scope);
    // A batch each, so that it is the store that weighs them.
    for (const event of [
      word('set', { scope: 'national' }),
      word('set', {}),
      word('lifted', {}, { time: new Date().toISOString() }),
    ])
      await client().events.send([event]);
    expect(await scopes()).toEqual(['national']);
    await client().events.send([word('lifted', { scope: 'national' })]);
    expect(await scopes()).toEqual(['national']);
    await client().events.send([
      word('set', { scope: 'national', endsAt: new Date(Date.now() + 1e7).toISOString() }),
    ]);
    expect((await client().players.get('held')).restrictions).toMatchObject([
      { scope: 'national', endsAt: null },
    ]);
  });
});

describe('activity', () => {
  it('is what players do: neither a message nor a settled bet makes anybody active', async () => {
    const operator = await gateway.addTenant();
    const own = gateway.client(operator.secretKey);
    const at = (hour: number) => new Date(Date.now() - hour * 3_600_000).toISOString();
    const message = { messageId: 'm', channel: 'email' };
    await own.events.send([
      anEvent({ player: 'quiet', type: 'message.sent', data: message, time: at(1) }),
      anEvent({
        player: 'quiet',
        type: 'bet.settled',
        time: at(1),
        data: { betId: 'b', stake: 1, payout: 2, currency: 'BRL', outcome: 'won' },
      }),
      anEvent({ player: 'busy', type: 'session.started', data: { sessionId: 's' }, time: at(5) }),
      anEvent({
        player: 'busy',
        type: 'session.ended',
        data: { sessionId: 's', durationSeconds: 90 },
        time: at(4),
      }),
      anEvent({ player: 'busy', type: 'message.sent', data: message, time: at(3) }),
      anEvent({ player: 'busy', type: 'message.opened', data: message, time: at(2) }),
      anEvent({ player: 'busy', type: 'message.delivered', data: message, time: at(1) }),
    ]);
    const [quiet, busy] = await Promise.all([own.players.get('quiet'), own.players.get('busy')]);
    expect(quiet.lastActiveAt).toBeNull();
    expect(quiet.features).toMatchObject({
      active_days_7d: 0,
      days_since_last_activity: null,
      days_since_last_session: null,
      messages_sent_30d: 1,
      messages_opened_30d: 0,
      session_minutes_30d: 0,
    });
    expect(busy.lastActiveAt).not.toBeNull();
    expect(Date.parse(busy.lastActiveAt ?? '')).toBeLessThan(Date.now() - 1.5 * 3_600_000);
    expect(busy.features).toMatchObject({
      messages_sent_30d: 1,
      messages_opened_30d: 1,
      session_minutes_30d: 1.5,
    });
    expect(busy.features.days_since_last_session).toBeTypeOf('number');
    expect(busy.features.active_days_7d).toBeGreaterThan(0);
    const kpis = await own.reports.kpis({ series: true });
    expect([kpis.players, kpis.activePlayers]).toEqual([2, 1]);
    expect(kpis.days.map(({ activePlayers }) => activePlayers)).toEqual([0]);
  });
});
