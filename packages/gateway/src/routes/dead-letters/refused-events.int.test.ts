import { ConflictError, InvalidRequestError } from '@crmbet/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLetter, keepLetters } from '../../testing/a-letter.ts';
import { readProblem } from '../../testing/contract.ts';
import { anEvent, createTestGateway, type TestGateway, type TestTenant } from '../../testing/test-gateway.ts';

/** From `POST /v1/events` to the list, and back. */

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

const everything = { limit: 10_000 };

async function operator() {
  const tenant = await gateway.addTenant();
  const client = gateway.client(tenant.secretKey);
  return { tenant, client, letters: () => client.deadLetters.list().toArray(everything) };
}

const send = (tenant: TestTenant, json: unknown, credential = tenant.secretKey) =>
  gateway.request('/v1/events', { json, credential });

const bad = [
  { id: 'no type' },
  'a word',
  null,
  { ...anEvent(), id: 'nul', data: { amount: 1, currency: 'BRL', note: '\0' } },
  { ...anEvent({ type: 'made.up' }), id: 'half', data: { '\ud800': 1 } },
  { ...anEvent(), id: 'future', time: '2999-01-01T00:00:00Z' },
  [[[]]],
];

describe('a batch of a thousand with a few bad ones', () => {
  it('stores the good ones, answers each, and keeps the bad ones as they came, with their reasons', async () => {
    const { tenant, client, letters } = await operator();
    const events: unknown[] = Array.from({ length: 1000 - bad.length }, (_, n) =>
      anEvent({ player: `p-${n % 50}` }),
    );
    // Here and there, the first and the last place among them.
    bad.forEach((item, n) => {
      events.splice(Math.round((n * 999) / (bad.length - 1)), 0, item);
    });
    const response = await send(tenant, { events });
    expect(response.status).toBe(200);
    const answer: Awaited<ReturnType<typeof client.events.send>> = await response.json();
    expect(answer).toMatchObject({ accepted: 1000 - bad.length, rejected: bad.length, conflicts: 0 });
    expect(answer.results[0]).toMatchObject({ index: 0, status: 'rejected' });
    expect(answer.results[999]).toMatchObject({ index: 999, status: 'rejected' });

    const kept = await Promise.all((await letters()).map(({ id }) => client.deadLetters.get(id)));
    const textOf = (value: unknown) => JSON.stringify(value);
    expect(kept.map(({ event }) => textOf(event)).sort()).toEqual(bad.map(textOf).sort());
    for (const { event, errors, code, channel, source, seen } of kept) {
      const at = events.findIndex((item) => textOf(item) === textOf(event));
      expect({ code, errors }).toEqual({
        code: answer.results[at]?.code,
        errors: answer.results[at]?.errors,
      });
      expect({ channel, source, seen }).toEqual({ channel: 'api', source: 'server', seen: 1 });
    }

    // The same batch again: nothing is stored twice, and nothing kept twice.
    expect(await (await send(tenant, { events })).json()).toMatchObject({
      accepted: 0,
      duplicates: 1000 - bad.length,
    });
    expect((await letters()).map(({ seen }) => seen)).toEqual(bad.map(() => 2));
  });
});

describe('a conflict', () => {
  it('is answered, kept with both bodies told apart, and never merged', async () => {
    const { tenant, client, letters } = await operator();
    const event = anEvent({ player: 'p-c' });
    const other = { ...event, data: { amount: 77, currency: 'BRL' } };
    await client.events.send(event);
    expect(await (await send(tenant, { events: [other, other] })).json()).toMatchObject({ conflicts: 2 });
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      kind: 'conflict',
      code: 'event_conflict',
      eventId: event.id,
      player: 'p-c',
      seen: 2,
    });
    expect(letter?.hashes?.sent).toMatch(/^[0-9a-f]{16}$/);
    expect(letter?.hashes?.stored).toMatch(/^[0-9a-f]{16}$/);
    expect(letter?.hashes?.stored).not.toBe(letter?.hashes?.sent);
    expect((await client.deadLetters.get(letter?.id ?? '')).event).toEqual(other);
    expect(await client.players.events('p-c').toArray(everything)).toMatchObject([{ data: event.data }]);

    // Sent again it is still one; under an id of its own it is an event.
    const id = letter?.id ?? '';
    expect(await client.deadLetters.replay(id)).toMatchObject({ status: 'conflict', code: 'event_conflict' });
    expect(await letters()).toMatchObject([{ id, attempts: 1, seen: 2, hashes: letter?.hashes }]);
    const renamed = await gateway.request(`/v1/dead-letters/${id}/replay`, {
      credential: tenant.secretKey,
      json: { event: { ...other, id: `${event.id}-2` } },
    });
    expect(await renamed.json()).toMatchObject({ status: 'accepted' });
    expect(await letters()).toEqual([]);
    expect(await client.players.events('p-c').toArray(everything)).toHaveLength(2);
  });

  it('within one batch is kept too, with the hash of what that batch stored', async () => {
    const { tenant, client, letters } = await operator();
    const event = anEvent({ player: 'p-w' });
    await client.events.send([event, { ...event, data: { amount: 1, currency: 'BRL' } }]);
    const [ledger] = await gateway.running.db.sql<{ body_hash: bigint }[]>`
      SELECT body_hash FROM crmbet.event_ids WHERE tenant_id = ${tenant.tenantId} AND event_id = ${event.id}`;
    const stored = BigInt.asUintN(64, ledger?.body_hash ?? 0n)
      .toString(16)
      .padStart(16, '0');
    expect(await letters()).toMatchObject([{ kind: 'conflict', hashes: { stored } }]);
  });

  it('is what a letter becomes whose id was taken meanwhile', async () => {
    const { tenant, client } = await operator();
    const event = anEvent({ player: 'p-m' });
    const [id = ''] = await keepLetters(gateway, tenant.tenantId, [
      aLetter({ ...event, brand: 'sul' }, { code: 'event_too_late' }),
    ]);
    await client.events.send(event);
    expect(await client.deadLetters.replay(id)).toMatchObject({ status: 'conflict' });
    const letter = await client.deadLetters.get(id);
    expect(letter).toMatchObject({ kind: 'conflict', code: 'event_conflict', errors: [], attempts: 1 });
    expect(letter.hashes?.sent).toMatch(/^[0-9a-f]{16}$/);
    expect(letter.hashes?.stored).toMatch(/^[0-9a-f]{16}$/);
    expect(letter.hashes?.stored).not.toBe(letter.hashes?.sent);
  });
});

describe('an event sent alone', () => {
  it('is refused in the answer, and kept', async () => {
    const { tenant, client, letters } = await operator();
    const event = anEvent();
    await client.events.send(event);
    await expect(client.events.send({ ...event, brand: 'sul' })).rejects.toThrow(ConflictError);
    await expect(client.events.send({ ...anEvent(), time: '2999-01-01T00:00:00Z' })).rejects.toThrow(
      InvalidRequestError,
    );
    expect(await readProblem(await send(tenant, 'a word'))).toMatchObject({ status: 422 });
    expect((await letters()).map(({ code }) => code).sort()).toEqual([
      'event_conflict',
      'event_invalid',
      'event_invalid',
    ]);
  });
});

it('keeps what a browser may not send, as of a browser', async () => {
  const { tenant, letters } = await operator();
  await send(tenant, { events: [anEvent()], replay: true }, tenant.publishableKey);
  expect(await letters()).toMatchObject([{ source: 'browser', code: 'type_not_allowed', replay: true }]);
});

it('keeps nothing of a batch that is no batch, nor of events that are well', async () => {
  const { tenant, client, letters } = await operator();
  expect((await send(tenant, { events: Array.from({ length: 1001 }, () => ({})) })).status).toBe(422);
  expect((await send(tenant, { events: [] })).status).toBe(400);
  await client.events.send([anEvent(), anEvent()]);
  expect(await letters()).toEqual([]);
});

it('leaves each operator what is its own', async () => {
  const [a, b] = [await operator(), await operator()];
  await send(a.tenant, { events: [{ id: 'of a' }] });
  await send(b.tenant, { events: [{ id: 'of b' }] });
  expect((await a.letters()).map(({ eventId }) => eventId)).toEqual(['of a']);
  expect((await b.letters()).map(({ eventId }) => eventId)).toEqual(['of b']);
});
