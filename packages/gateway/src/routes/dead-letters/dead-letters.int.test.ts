import { NotFoundError } from '@crmbet/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../dead-letters/dead-letter.ts';
import { aLetter, keepLetters } from '../../testing/a-letter.ts';
import { readProblem } from '../../testing/contract.ts';
import { anEvent, createTestGateway, type TestGateway, type TestTenant } from '../../testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

const everything = { limit: 10_000 };

/** A new operator with these letters, and what to look at them with. */
async function operatorWith(...letters: DeadLetter[]) {
  const tenant = await gateway.addTenant();
  const ids = await keepLetters(gateway, tenant.tenantId, letters);
  const client = gateway.client(tenant.secretKey);
  return {
    tenant,
    ids,
    first: ids[0] ?? '',
    client,
    letters: () => client.deadLetters.list().toArray(everything),
    events: async (player: string) =>
      (await client.players.events(player).toArray(everything)).map(({ id }) => id),
  };
}

/** The client's types know only good events. */
const correction = (event: Record<string, unknown>) => ({ json: { event } });
const replay = (tenant: TestTenant, id: string, call = {}) =>
  gateway.request(`/v1/dead-letters/${id}/replay`, { method: 'POST', credential: tenant.secretKey, ...call });

describe('the list', () => {
  it('shows what was refused and why, and one letter what was sent', async () => {
    const sent = { id: 'e-1', type: 'bet.placed', player: 'p-1', data: { '\0': ['\ud800', '"'] } };
    const { client, first } = await operatorWith(
      aLetter(sent, { channel: 'rabbitmq', receivedAt: new Date('2026-05-05T10:00:00Z') }),
    );
    const summary = {
      id: first,
      kind: 'rejected',
      code: 'event_invalid',
      errors: [{ pointer: '/type', detail: 'is missing' }],
      source: 'server',
      channel: 'rabbitmq',
      eventId: 'e-1',
      type: 'bet.placed',
      player: 'p-1',
      replay: false,
      truncated: false,
      hashes: null,
      seen: 1,
      attempts: 0,
      receivedAt: '2026-05-05T10:00:00.000Z',
      lastSeenAt: '2026-05-05T10:00:00.000Z',
      lastAttemptAt: null,
    };
    expect(await client.deadLetters.list()).toEqual({ data: [summary], nextCursor: null });
    expect(await client.deadLetters.get(first)).toEqual({ ...summary, event: sent });
  });

  it('is narrowed by kind, code, type, channel and time', async () => {
    const { client, tenant } = await operatorWith(
      aLetter({ id: 'a', type: 'bet.placed' }, { receivedAt: new Date('2026-01-01T00:00:00Z') }),
      aLetter({ id: 'b', type: 'bet.settled' }, { channel: 'kafka' }),
      aLetter({ id: 'c', type: 'bet.placed' }, { code: 'event_too_late' }),
      {
        ...aLetter({ id: 'd' }),
        kind: 'conflict',
        code: 'event_conflict',
        playerId: crypto.randomUUID(),
        hash: 1n,
      },
    );
    const idsOf = async (query: Parameters<typeof client.deadLetters.list>[0]) =>
      (await client.deadLetters.list(query).toArray(everything)).map(({ eventId }) => eventId).sort();
    expect(await idsOf({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await idsOf({ kind: 'conflict' })).toEqual(['d']);
    expect(await idsOf({ code: 'event_too_late' })).toEqual(['c']);
    expect(await idsOf({ type: 'bet.placed' })).toEqual(['a', 'c']);
    expect(await idsOf({ channel: 'kafka' })).toEqual(['b']);
    expect(await idsOf({ since: '2026-01-01T00:00:00.001Z' })).toEqual(['b', 'c', 'd']);
    expect(await idsOf({ since: '2026-01-01T00:00:00Z', type: 'bet.placed', code: 'event_invalid' })).toEqual(
      ['a'],
    );
    const bad = await gateway.request('/v1/dead-letters?since=0000-01-01T00:00:00Z', {
      credential: tenant.secretKey,
    });
    expect(await readProblem(bad)).toMatchObject({ code: 'request_invalid' });
  });

  it('shows the beginning of what was not kept whole', async () => {
    const { client, first } = await operatorWith(aLetter({ id: 'e', data: 'x'.repeat(100_000) }));
    const { truncated, event, eventId } = await client.deadLetters.get(first);
    expect({ truncated, eventId }).toEqual({ truncated: true, eventId: 'e' });
    expect(event).toBe(`{"id":"e","data":"${'x'.repeat(100_000)}`.slice(0, 64 * 1024));
  });

  it('loses what is discarded, once', async () => {
    const { client, ids, letters } = await operatorWith(aLetter({ id: 'a' }), aLetter({ id: 'b' }));
    await client.deadLetters.discard(ids[1] ?? '');
    expect((await letters()).map(({ id }) => id)).toEqual([ids[0]]);
    await expect(client.deadLetters.discard(ids[1] ?? '')).rejects.toThrow(NotFoundError);
  });
});

describe('a letter that is sent again', () => {
  it('is gone once its event is stored', async () => {
    const event = anEvent({ player: 'p-again' });
    const { client, first, letters, events } = await operatorWith(aLetter(event));
    expect(await client.deadLetters.replay(first)).toEqual({
      id: first,
      eventId: event.id,
      status: 'accepted',
    });
    expect(await letters()).toEqual([]);
    expect(await events('p-again')).toEqual([event.id]);
    await expect(client.deadLetters.replay(first)).rejects.toThrow(NotFoundError);
  });

  it('is gone when its event was stored meanwhile', async () => {
    const event = anEvent();
    const { client, first, letters } = await operatorWith(aLetter(event));
    await client.events.send(event);
    expect(await client.deadLetters.replay(first)).toMatchObject({ status: 'duplicate' });
    expect(await letters()).toEqual([]);
  });

  it('stays when it is refused for the same reason, in the words of today', async () => {
    const { client, first, letters } = await operatorWith(
      aLetter({ ...anEvent(), data: {} }, { errors: [{ pointer: '/old', detail: 'was said before' }] }),
    );
    for (const attempts of [1, 2]) {
      expect(await client.deadLetters.replay(first)).toMatchObject({
        status: 'rejected',
        code: 'event_invalid',
      });
      const [letter] = await letters();
      expect(letter).toMatchObject({ id: first, attempts, seen: 1, code: 'event_invalid' });
      expect(letter?.errors.map(({ pointer }) => pointer)).toEqual(['/data/amount', '/data/currency']);
      expect(Date.parse(letter?.lastAttemptAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    }
  });

  it('takes on the reason for which it is refused now', async () => {
    const { client, first, letters } = await operatorWith(aLetter({ id: 'x' }, { code: 'event_too_late' }));
    expect(await client.deadLetters.replay(first)).toMatchObject({
      status: 'rejected',
      code: 'event_invalid',
    });
    expect(await letters()).toMatchObject([
      { id: first, code: 'event_invalid', kind: 'rejected', attempts: 1 },
    ]);
  });

  it('becomes one with the letter of the same content and reason', async () => {
    const raw = { id: 'x' };
    const { client, ids, letters } = await operatorWith(
      aLetter(raw, { code: 'event_too_late' }),
      aLetter(raw),
      aLetter(raw),
    );
    expect(ids).toHaveLength(2);
    const late = (await letters()).find(({ code }) => code === 'event_too_late')?.id ?? '';
    await client.deadLetters.replay(late);
    expect(await letters()).toMatchObject([{ id: late, code: 'event_invalid', seen: 3, attempts: 1 }]);
  });

  it('may be sent corrected', async () => {
    const good = anEvent({ player: 'p-corrected' });
    const { tenant, first, letters, events } = await operatorWith(
      aLetter({ ...good, data: { amount: 'ten' } }),
    );
    const response = await replay(tenant, first, correction(good));
    expect(await response.json()).toEqual({ id: first, eventId: good.id, status: 'accepted' });
    expect(await letters()).toEqual([]);
    expect(await events('p-corrected')).toEqual([good.id]);
  });

  it('keeps what was sent first, and why, when the correction is refused', async () => {
    const { tenant, client, first, letters } = await operatorWith(
      aLetter({ id: 'x' }, { code: 'event_too_late' }),
    );
    const response = await replay(tenant, first, correction({ ...anEvent(), surprise: 1 }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'rejected',
      code: 'event_invalid',
      errors: [{ pointer: '/surprise' }],
    });
    expect(await letters()).toMatchObject([
      { id: first, code: 'event_too_late', errors: [{ pointer: '/type' }], attempts: 1 },
    ]);
    expect((await client.deadLetters.get(first)).event).toEqual({ id: 'x' });
  });

  it.each([[null], ['text'], [[1]], [1]])('is not corrected by %j', async (event) => {
    const { tenant, first, letters } = await operatorWith(aLetter({ id: 'x' }));
    const response = await replay(tenant, first, { json: { event } });
    expect(await readProblem(response)).toMatchObject({ status: 400, code: 'request_invalid' });
    expect(await letters()).toMatchObject([{ attempts: 0 }]);
  });

  it('needs no body', async () => {
    const { tenant, first } = await operatorWith(aLetter(anEvent()));
    expect(await (await replay(tenant, first)).json()).toMatchObject({ status: 'accepted' });
  });

  it('is sent only as a correction where it was not kept whole', async () => {
    const good = anEvent();
    const { tenant, client, first, letters } = await operatorWith(
      aLetter({ ...good, note: 'x'.repeat(70_000) }),
    );
    expect(await readProblem(await replay(tenant, first))).toMatchObject({
      status: 422,
      code: 'dead_letter_incomplete',
    });
    expect(await client.deadLetters.replayMany()).toMatchObject({
      rejected: 1,
      results: [{ id: first, eventId: good.id, status: 'rejected', code: 'dead_letter_incomplete' }],
    });
    expect(await letters()).toMatchObject([{ attempts: 0 }]);
    expect(await (await replay(tenant, first, correction(good))).json()).toMatchObject({
      status: 'accepted',
    });
    expect(await letters()).toEqual([]);
  });

  it('is still what a browser sent: in its own space of ids, and never money', async () => {
    const seen = anEvent({ type: 'session.started', player: 'p-b', data: { sessionId: 's' } });
    const { client, letters, events } = await operatorWith(
      aLetter(seen, { source: 'browser' }),
      aLetter(anEvent({ player: 'p-b' }), { source: 'browser' }),
    );
    // The same id from a server, with another body.
    await client.events.send(anEvent({ id: seen.id, player: 'p-b' }));
    expect(await client.deadLetters.replayMany()).toMatchObject({ accepted: 1, rejected: 1, conflicts: 0 });
    expect(await letters()).toMatchObject([{ source: 'browser', code: 'type_not_allowed' }]);
    expect(await events('p-b')).toEqual([seen.id, seen.id]);
  });

  it('is stored once by however many who send it at once', async () => {
    const event = anEvent({ player: 'p-race' });
    const { client, first, letters, events } = await operatorWith(aLetter(event));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => client.deadLetters.replay(first)),
    );
    const statuses = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.status : outcome.reason instanceof NotFoundError,
    );
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(1);
    expect(statuses.every((status) => ['accepted', 'duplicate', true].includes(status))).toBe(true);
    expect(await letters()).toEqual([]);
    expect(await events('p-race')).toEqual([event.id]);
  });

  it('answers the same key and body with the first answer', async () => {
    const { client, first } = await operatorWith(aLetter(anEvent()));
    const options = { idempotencyKey: `k-${first}` };
    const answer = await client.deadLetters.replay(first, options);
    expect(await client.deadLetters.replay(first, options)).toEqual(answer);
  });
});

describe('letters that are sent again together', () => {
  it('answer one by one, and stay or go one by one', async () => {
    const good = anEvent({ player: 'p-many' });
    const { client, letters, events } = await operatorWith(
      aLetter(good, { replay: true }),
      aLetter({ id: 'bad' }),
      aLetter({ ...good, data: { amount: 99, currency: 'BRL' } }),
      aLetter('no event at all'),
    );
    const { results, nextCursor, ...counts } = await client.deadLetters.replayMany();
    expect(counts.accepted + counts.conflicts).toBe(2);
    expect(counts).toMatchObject({ duplicates: 0, rejected: 2, accepted: 1 });
    expect(nextCursor).toBeNull();
    expect(results.map(({ eventId }) => eventId).sort()).toEqual([good.id, good.id, 'bad', null].sort());
    const left = await letters();
    expect(left).toHaveLength(3);
    expect(new Set(left.map(({ id }) => id))).toEqual(
      new Set(results.filter(({ status }) => status !== 'accepted').map(({ id }) => id)),
    );
    expect(await events('p-many')).toEqual([good.id]);
  });

  it('are only those that match', async () => {
    const { client, letters } = await operatorWith(
      aLetter(anEvent({ type: 'session.started', data: { sessionId: 's' } })),
      aLetter(anEvent()),
    );
    expect(await client.deadLetters.replayMany({ type: 'session.started' })).toMatchObject({ accepted: 1 });
    expect(await letters()).toMatchObject([{ type: 'deposit.approved', attempts: 0 }]);
  });

  it('are walked through, each once, whatever stays', async () => {
    const { client, ids, letters } = await operatorWith(
      ...Array.from({ length: 40 }, (_, n) => aLetter(n % 3 === 0 ? { id: `bad-${n}` } : anEvent())),
    );
    let cursor: string | undefined;
    const tried: string[] = [];
    do {
      const page = await client.deadLetters.replayMany({ limit: 7, cursor });
      tried.push(...page.results.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(tried).toEqual(ids);
    const left = await letters();
    expect(left).toHaveLength(14);
    expect(new Set(left.map(({ attempts }) => attempts))).toEqual(new Set([1]));
    const again: string[] = [];
    for await (const { id, status } of client.deadLetters.replayAll({ code: 'event_invalid' }))
      again.push(`${id} ${status}`);
    expect(again).toEqual(left.map(({ id }) => `${id} rejected`).reverse());
  });

  it('may be a thousand', async () => {
    const { client, letters } = await operatorWith(
      ...Array.from({ length: 1003 }, (_, n) =>
        aLetter(n % 100 === 0 ? { id: `bad-${n}` } : anEvent({ player: `p-${n}` })),
      ),
    );
    const first = await client.deadLetters.replayMany();
    expect(first.results).toHaveLength(1000);
    const rest = await client.deadLetters.replayMany({ cursor: first.nextCursor ?? undefined });
    expect(first.accepted + rest.accepted).toBe(992);
    expect(first.rejected + rest.rejected).toBe(11);
    expect(await letters()).toHaveLength(11);
  });

  it('refuse a cursor that is none, and more than a thousand', async () => {
    const { tenant } = await operatorWith();
    const call = (json: unknown) =>
      gateway.request('/v1/dead-letters/replay', { json, credential: tenant.secretKey });
    expect(await readProblem(await call({ cursor: 'x' }))).toMatchObject({ code: 'cursor_invalid' });
    expect(await readProblem(await call({ limit: 1001 }))).toMatchObject({ code: 'request_invalid' });
  });
});

it("leaves another operator's letters alone", async () => {
  const raw = anEvent();
  const mine = await operatorWith(aLetter(raw));
  const theirs = await operatorWith(aLetter(raw));
  await expect(mine.client.deadLetters.get(theirs.first)).rejects.toThrow(NotFoundError);
  await expect(mine.client.deadLetters.replay(theirs.first)).rejects.toThrow(NotFoundError);
  await expect(mine.client.deadLetters.discard(theirs.first)).rejects.toThrow(NotFoundError);
  expect((await mine.letters()).map(({ id }) => id)).toEqual([mine.first]);
  expect(await mine.client.deadLetters.replayMany()).toMatchObject({ accepted: 1 });
  expect(await theirs.letters()).toMatchObject([{ id: theirs.first, attempts: 0 }]);
});

it('counts letters by kind and code, and names nobody', async () => {
  await operatorWith(aLetter({ id: 'secret-id' }, { code: 'type_not_allowed' }));
  const text = await (await gateway.request('/metrics', { credential: null })).text();
  expect(text).toMatch(/crmbet_dead_letters_total\{kind="rejected",code="type_not_allowed"\} [1-9]/);
  expect(text).not.toContain('secret-id');
});
