import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import type { BatchItem, BatchTenant } from './batch-item.ts';
import { bodyHash } from './body-hash.ts';
import { canonicalJson } from './canonical-json.ts';
import { LocalClock } from './local-clock.ts';
import { Partitions } from './partitions.ts';
import { writeBatch } from './write-batch.ts';
import { WriteMemory } from './write-memory.ts';

const at = Date.UTC(2026, 4, 5, 14, 3);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let tenant: BatchTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  db = connect(database.url);
  await new Partitions(db.sql).ensure([at]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  tenant = { id: randomUUID(), clock: new LocalClock('UTC') };
});

const ana = '0a000000-0000-4000-8000-000000000001';
const rui = '0a000000-0000-4000-8000-000000000002';

function deposit(
  id: string,
  playerId = ana,
  { amount = 100, currency = 'BRL', brand = null as string | null } = {},
): BatchItem {
  const data = { amount, currency };
  const event = {
    id,
    source: 'server',
    type: 'deposit.approved',
    player: playerId,
    at,
    brand,
    data,
    replay: false,
  } as const;
  const json = canonicalJson(data);
  return { playerId, event, json, hash: bodyHash(event, json) };
}

const write = (items: BatchItem[], memory?: WriteMemory) => writeBatch(db.sql, tenant, items, memory);

async function stored() {
  const [row] = await db.sql`
    SELECT (SELECT count(*)::int FROM crmbet.events WHERE tenant_id = ${tenant.id}) AS events,
      (SELECT count(*)::int FROM crmbet.event_ids WHERE tenant_id = ${tenant.id}) AS ids,
      (SELECT count(*)::int FROM crmbet.players WHERE tenant_id = ${tenant.id}) AS players,
      (SELECT sum(deposits_amount)::int FROM crmbet.player_day WHERE tenant_id = ${tenant.id}) AS days,
      (SELECT sum(deposits_amount)::int FROM crmbet.player_state WHERE tenant_id = ${tenant.id}) AS life`;
  return { ...row };
}

describe('a batch', () => {
  it('of new events is accepted as a whole, by who knows the players and by who does not', async () => {
    const memory = new WriteMemory();
    expect(await write([deposit('1'), deposit('2', rui)], memory)).toEqual(['accepted', 'accepted']);
    expect(await write([deposit('3'), deposit('4', rui)], memory)).toEqual(['accepted', 'accepted']);
    expect(await write([deposit('5')])).toEqual(['accepted']);
    expect(await stored()).toEqual({ events: 5, ids: 5, players: 2, days: 500, life: 500 });
  });

  it('tells item by item where some ids were taken, and stores each of the others once', async () => {
    const memory = new WriteMemory();
    await write([deposit('1'), deposit('2')], memory);
    const items = [
      deposit('3'),
      deposit('1'),
      deposit('2', ana, { amount: 7 }),
      deposit('4', rui),
      deposit('3'),
    ];
    expect(await write(items, memory)).toEqual([
      'accepted',
      'duplicate',
      'conflict',
      'accepted',
      'duplicate',
    ]);
    expect(await stored()).toEqual({ events: 4, ids: 4, players: 2, days: 400, life: 400 });
  });

  it('that is undone leaves no word of it in a profile, however its statements fall', async () => {
    const memory = new WriteMemory();
    const updated = (id: string, country: string, time: number): BatchItem => {
      const data = { country };
      const event = {
        id,
        source: 'server',
        type: 'player.updated',
        player: ana,
        at: time,
        brand: null,
        data,
        replay: false,
      } as const;
      const json = canonicalJson(data);
      return { playerId: ana, event, json, hash: bodyHash(event, json) };
    };
    for (let round = 0; round < 20; round += 1) {
      await write([updated(`u-${round}`, 'PT', at + round * 1000)], memory);
      // Forgets that guesses were wrong, so that this one is written on a guess too.
      while (memory.looksFirst());
      expect(await write([updated(`u-${round}`, 'BR', at + round * 1000 + 500)], memory)).toEqual([
        'conflict',
      ]);
      const [row] =
        await db.sql`SELECT profile, profile_version FROM crmbet.players WHERE tenant_id = ${tenant.id}`;
      expect(row).toEqual({ profile: { country: 'PT' }, profile_version: round + 1 });
      while (memory.looksFirst());
    }
  });

  it('is not fooled by what it remembers of an account that another process opened in another currency', async () => {
    const memory = new WriteMemory();
    await write([{ ...deposit('1'), ...custom('1') }], memory);
    await write([deposit('2', ana, { currency: 'EUR' })]);
    expect(await write([deposit('3', ana, { currency: 'BRL', amount: 9 })], memory)).toEqual(['accepted']);
    expect(await stored()).toMatchObject({ events: 3, days: 109, life: 100 });
    expect(memory.players.get(ana)?.currency).toBe('EUR');
  });

  it('makes a player again who was removed since', async () => {
    const memory = new WriteMemory();
    await write([deposit('1', ana, { brand: 'arena' })], memory);
    await db.sql`DELETE FROM crmbet.players WHERE tenant_id = ${tenant.id}`;
    expect(await write([deposit('2')], memory)).toEqual(['accepted']);
    expect(await stored()).toMatchObject({ players: 1, life: 200 });
  });

  it('keeps the brand of the earliest event, by whichever memory', async () => {
    const memory = new WriteMemory();
    const later = deposit('1', ana, { brand: 'late' });
    await write([{ ...later, event: { ...later.event, at: at + 1000 } }], memory);
    await write([deposit('2', ana, { brand: 'early' })], memory);
    await write([deposit('3', ana, { brand: 'a-tie' })], memory);
    const [row] = await db.sql`SELECT brand FROM crmbet.players WHERE tenant_id = ${tenant.id}`;
    expect(row?.brand).toBe('a-tie');
  });

  it('leaves nothing behind when one value is too large', async () => {
    const memory = new WriteMemory();
    const most = 10 ** 18 - 1;
    const large = Array.from({ length: 10 }, (_, n) => deposit(`${n}`, ana, { amount: most }));
    await expect(write(large, memory)).rejects.toMatchObject({ code: '22003' });
    expect(await stored()).toEqual({ events: 0, ids: 0, players: 0, days: null, life: null });
  });
});

/** An event without money. */
function custom(id: string): Pick<BatchItem, 'event' | 'json' | 'hash'> {
  const event = {
    id,
    source: 'server',
    type: 'quest.done',
    player: ana,
    at,
    brand: null,
    data: {},
    replay: false,
  } as const;
  return { event, json: '{}', hash: bodyHash(event, '{}') };
}
