import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../auth/principal.ts';
import { readFeatures } from '../db/queries/features.ts';
import { features } from '../features/catalogue.ts';
import { evaluateFeature } from '../features/evaluate-feature.ts';
import type { Running } from '../services/create-services.ts';
import type { SendEventsResult } from '../services/events/events-service.ts';
import type { WireEvent } from '../testing/arbitrary-event.ts';
import { anyPlay } from '../testing/arbitrary-play.ts';
import { anyStream } from '../testing/arbitrary-stream.ts';
import {
  brandOf,
  currencyOfMoney,
  factsOf,
  foldEvents,
  profileOf,
  restrictionsOf,
} from '../testing/fold-events.ts';
import { createTestGateway, startServices, type TestGateway } from '../testing/test-gateway.ts';
import { checkEvent } from './check-event.ts';
import { type Counts, counterNames, noCounts } from './counters.ts';
import type { CheckedEvent } from './event.ts';

const zones = ['America/Sao_Paulo', 'Europe/Lisbon', 'Australia/Lord_Howe', 'Asia/Kolkata'];

let gateway: TestGateway;
let second: Running;
let tenants: { timeZone: string; principal: Principal }[];

beforeAll(async () => {
  gateway = await createTestGateway();
  second = await startServices(gateway.databaseUrl);
  tenants = await Promise.all(
    zones.map(async (timeZone) => {
      const { secretKey } = await gateway.addTenant(timeZone);
      return { timeZone, principal: await gateway.running.services.identity.identify(secretKey, undefined) };
    }),
  );
});
afterAll(async () => {
  await second.stop();
  await gateway.stop();
});

/** How a stream arrives: in which order, in which batches, what of it twice, and whether all at once by two gateways. */
type Arrival = { order: number[]; repeated: number[]; size: number; atOnce: boolean };
const anyArrival: fc.Arbitrary<Arrival> = fc.record({
  order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
  repeated: fc.array(fc.nat(39), { maxLength: 12 }),
  size: fc.integer({ min: 1, max: 12 }),
  atOnce: fc.boolean(),
});

function batchesOf(stream: WireEvent[], arrival: Arrival): WireEvent[][] {
  const shuffled = stream
    .map((event, index) => ({ event, key: arrival.order[index % arrival.order.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ event }) => event);
  const all = [...shuffled, ...arrival.repeated.flatMap((index) => stream[index % stream.length] ?? [])];
  return Array.from({ length: Math.ceil(all.length / arrival.size) }, (_, n) =>
    all.slice(n * arrival.size, (n + 1) * arrival.size),
  );
}

const checkedOf = (stream: WireEvent[]): CheckedEvent[] =>
  stream.map((event) => {
    const checked = checkEvent(event, { now: Date.now() });
    if (!checked.ok) throw new Error(`the arbitrary made ${JSON.stringify({ event, checked })}`);
    return checked.event;
  });

let runs = 0;

const anyZone = fc.integer({ min: 0, max: zones.length - 1 });

/** Sends a stream by its arrival, and holds what the tables then say of each of its players against the fold. */
async function sendAndCompare(of: number, drawn: WireEvent[], arrival: Arrival): Promise<Compared[]> {
  runs += 1;
  const tenant = tenants[of];
  if (tenant === undefined) throw new Error('no tenant');
  const stream = drawn.map((event) => ({
    ...event,
    id: `${runs}-${event.id}`,
    player: `${runs}-${event.player}`,
  }));
  const batches = batchesOf(stream, arrival);
  const send = async (batch: WireEvent[], index: number) => {
    const { services } = index % 2 === 0 ? gateway.running : second;
    return await services.events.send(tenant.principal, { events: batch, replay: true });
  };
  const outcomes: SendEventsResult[] = [];
  if (arrival.atOnce) outcomes.push(...(await Promise.all(batches.map(send))));
  else for (const [index, batch] of batches.entries()) outcomes.push(await send(batch, index));
  const sum = (pick: (outcome: (typeof outcomes)[number]) => number) =>
    outcomes.map(pick).reduce((a, b) => a + b, 0);
  expect([sum((o) => o.accepted), sum((o) => o.conflicts), sum((o) => o.rejected)]).toEqual([
    stream.length,
    0,
    0,
  ]);

  const events = checkedOf(stream);
  const players: Compared[] = [];
  for (const player of new Set(events.map((event) => event.player))) {
    const own = events.filter((event) => event.player === player);
    players.push(await comparePlayer(tenant, own, player, arrival.atOnce ? undefined : batches));
  }
  // One query over several players must keep them apart.
  const together = await readFeatures(gateway.running.db.sql, features, {
    timeZone: tenant.timeZone,
    tenantId: tenant.principal.tenantId,
    today: todayIn(tenant.timeZone, new Date()),
    playerIds: players.map(({ playerId }) => playerId),
  });
  const values = new Map(together.map((row) => [row.player_id, row.values]));
  for (const { playerId, measured } of players) expect(values.get(playerId)).toEqual([...measured.values()]);
  return players;
}

describe('what the tables say of a player', () => {
  it('is the fold over its distinct events, whatever order, batches and gateways they came by', async () => {
    await fc.assert(
      fc.asyncProperty(anyZone, anyStream('x', 40), anyArrival, async (of, stream, arrival) => {
        await sendAndCompare(of, stream, arrival);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
  });

  it('gives every feature the value of its definition, of days of play that follow each other', async () => {
    const seen = new Map(features.map(({ id }) => [id, new Set<number>()]));
    await fc.assert(
      fc.asyncProperty(anyZone, anyPlay('y', 120), anyArrival, async (of, stream, arrival) => {
        for (const { measured } of await sendAndCompare(of, stream, arrival)) {
          for (const [id, value] of measured) if (value !== null) seen.get(id)?.add(value);
        }
      }),
      { numRuns: 60, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
    // A feature that is the same for everybody would be compared with itself.
    expect([...seen].filter(([, values]) => values.size < 2).map(([id]) => id)).toEqual([]);
  });
});

/** A player whose tables were found right, and the value of every feature in the catalogue's order. */
type Compared = { playerId: string; measured: Map<string, number | null> };

type Row = Record<string, unknown>;
const countsOf = (row: Row): Counts => {
  const counts = noCounts();
  for (const name of counterNames) counts[name] = BigInt(String(row[name]));
  return counts;
};

/**
 * Returns the player's features, once all is found equal.
 *
 * @param batches in the order of their commits, where that is known: then the account's currency is that of the first money
 */
async function comparePlayer(
  tenant: { timeZone: string; principal: Principal },
  events: CheckedEvent[],
  externalId: string,
  batches: WireEvent[][] | undefined,
): Promise<Compared> {
  const { sql } = gateway.running.db;
  const { tenantId } = tenant.principal;
  const [state] = await sql<Row[]>`
    SELECT s.* FROM crmbet.player_state s JOIN crmbet.players p USING (tenant_id, player_id)
    WHERE s.tenant_id = ${tenantId} AND p.external_id = ${externalId}`;
  if (state === undefined) throw new Error('the player is not there');
  const currency = state.currency === null ? null : String(state.currency);
  const possible = (batches ?? [events])
    .map((batch) =>
      events
        .filter(({ id }) => batch.some((event) => event.id === id))
        .flatMap((event) => currencyOfMoney(event) ?? []),
    )
    .find((list) => list.length > 0);
  if (possible === undefined) expect(currency).toBeNull();
  else expect(possible).toContain(currency);

  const folded = foldEvents(events, tenant.timeZone, currency);
  const days = await sql<Row[]>`
    SELECT *, to_char(day, 'YYYY-MM-DD') AS day FROM crmbet.player_day
    WHERE tenant_id = ${tenantId} AND player_id = ${String(state.player_id)} ORDER BY player_day.day, currency`;
  expect(days.map((row) => ({ day: row.day, currency: row.currency, counts: countsOf(row) }))).toEqual(
    folded.days,
  );
  expect(countsOf(state)).toEqual(folded.lifetime);
  const moments = Object.keys(folded.moments).map((name) => [
    name,
    state[name] instanceof Date ? state[name].getTime() : null,
  ]);
  expect(Object.fromEntries(moments)).toEqual(folded.moments);

  const now = new Date();
  const full = await gateway.running.services.players.read(tenant.principal, externalId);
  expect(full.brand).toBe(brandOf(events));
  expect(full.profile).toEqual(profileOf(events));
  const inForce = restrictionsOf(events, now);
  const byKey = (list: { restriction: string; scope: string }[]) =>
    [...list].sort((a, b) => (`${a.restriction} ${a.scope}` < `${b.restriction} ${b.scope}` ? -1 : 1));
  expect(byKey(full.restrictions)).toEqual(byKey(inForce));
  expect(full.restricted).toBe(inForce.length > 0);
  const { last_active_at: activeAt } = folded.moments;
  expect(full.lastActiveAt).toBe(activeAt === null ? null : new Date(activeAt).toISOString());
  const facts = factsOf(folded, {
    timeZone: tenant.timeZone,
    now,
    currency,
    restricted: full.restricted,
    attributes: { brand: null, country: null, currency, language: null, vipLevel: null },
  });
  const directory = { timeZone: tenant.timeZone, tenantId, today: todayIn(tenant.timeZone, now) };
  const [row] = await readFeatures(sql, features, { ...directory, playerIds: [String(state.player_id)] });
  const expected = features.map(({ id, expression }): [string, number | null] => [
    id,
    evaluateFeature(expression, facts),
  ]);
  expect(features.map(({ id }, index) => [id, row?.values[index] ?? null])).toEqual(expected);
  expect(full.features).toEqual(Object.fromEntries(expected));
  expect(BigInt(full.deposits.money.amount)).toBe(folded.lifetime.deposits_amount);
  return { playerId: String(state.player_id), measured: new Map(expected) };
}

const todayIn = (timeZone: string, now: Date) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
