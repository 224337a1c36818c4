import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import type { DeadLetter } from '../../dead-letters/dead-letter.ts';
import { aLetter, keepLetters } from '../../testing/a-letter.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { DeadLettersService } from './dead-letters-service.ts';
import type { SendKeeping } from './replay.ts';

/** What a replay does with any answer of the events' side. */

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(() => gateway.stop());

const everything = { limit: 1000 };

async function withLetters(send: SendKeeping, ...letters: DeadLetter[]) {
  const { tenantId } = await gateway.addTenant();
  const ids = await keepLetters(gateway, tenantId, letters);
  const principal: Principal = { tenantId, kind: 'secret', subject: 'key', scopes: [] };
  const service = new DeadLettersService({ sql: gateway.running.db.sql, send });
  return {
    principal,
    service,
    first: ids[0] ?? '',
    letters: async () => (await service.list(principal, everything)).data,
  };
}

const answer = (statuses: ('accepted' | 'rejected' | 'conflict')[]) => ({
  accepted: 0,
  duplicates: 0,
  conflicts: 0,
  rejected: 0,
  results: statuses.map((status, index) => ({ index, id: null, status })),
});

it('sends each group as its own batch, in the name of who sent it first', async () => {
  const sent: unknown[] = [];
  const { principal, service, letters } = await withLetters(
    async ({ kind, tenantId }, { events, replay }) => {
      sent.push({ kind, tenantId, replay, events });
      return answer(events.map(() => 'accepted'));
    },
    aLetter({ id: 'a' }, { replay: true }),
    aLetter({ id: 'b' }, { source: 'browser' }),
    aLetter({ id: 'c' }),
    aLetter({ id: 'd' }, { source: 'browser' }),
  );
  const { tenantId } = principal;
  await service.replayMany({ ...principal, kind: 'secret' }, everything);
  expect(sent).toHaveLength(3);
  expect(sent).toEqual(
    expect.arrayContaining([
      { kind: 'secret', tenantId, replay: true, events: [{ id: 'a' }] },
      { kind: 'secret', tenantId, replay: false, events: [{ id: 'c' }] },
      {
        kind: 'publishable',
        tenantId,
        replay: false,
        events: expect.arrayContaining([{ id: 'b' }, { id: 'd' }]),
      },
    ]),
  );
  expect(await letters()).toEqual([]);
});

it('changes nothing when the events could not be tried', async () => {
  const { principal, service, first, letters } = await withLetters(
    async () => {
      throw new Error('overloaded');
    },
    aLetter({ id: 'a' }),
  );
  await expect(service.replay(principal, first)).rejects.toThrow('overloaded');
  expect(await letters()).toMatchObject([{ id: first, attempts: 0, lastAttemptAt: null }]);
});

it('takes no missing answer for a good one', async () => {
  const { principal, service, letters } = await withLetters(
    async () => answer(['accepted']),
    aLetter({ id: 'a' }),
    aLetter({ id: 'b' }),
  );
  await expect(service.replayMany(principal, everything)).rejects.toThrow('fewer results');
  expect(await letters()).toHaveLength(2);
});

it('shows both bodies of what turns out to be in conflict', async () => {
  const event = anEvent({ player: 'p-twice' });
  const client = gateway.client();
  await client.events.send(event);
  const [{ player_id: playerId, body_hash: stored } = { player_id: '', body_hash: 0n }] = await gateway
    .running.db.sql<{ player_id: string; body_hash: bigint }[]>`
      SELECT player_id, body_hash FROM crmbet.event_ids WHERE event_id = ${event.id}`;
  const principal: Principal = {
    tenantId: gateway.tenant.tenantId,
    kind: 'secret',
    subject: 'key',
    scopes: [],
  };
  const other = { ...event, data: { amount: 1, currency: 'BRL' } };
  const [id = ''] = await keepLetters(gateway, principal.tenantId, [
    aLetter(other, { code: 'event_too_late' }),
  ]);
  const service = new DeadLettersService({
    sql: gateway.running.db.sql,
    send: async (_, { events }, keeper) => {
      const [raw] = events;
      await keeper.keep(principal.tenantId, [
        { ...aLetter(raw), kind: 'conflict', code: 'event_conflict', errors: [], playerId, hash: -2n },
      ]);
      return {
        ...answer([]),
        results: [{ index: 0, id: event.id, status: 'conflict', code: 'event_conflict' }],
      };
    },
  });
  expect(await service.replay(principal, id)).toMatchObject({ status: 'conflict' });
  expect(await service.read(principal, id)).toMatchObject({
    kind: 'conflict',
    code: 'event_conflict',
    event: other,
    hashes: { sent: 'fffffffffffffffe', stored: BigInt.asUintN(64, stored).toString(16).padStart(16, '0') },
  });
});
