import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { listPartitions } from '../db/queries/partitions.ts';
import { raiseRetiredBefore } from '../db/queries/retired-before.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { Partitions } from './partitions.ts';

let database: TestDatabase;
let db: Database;
let second: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  db = connect(database.url, { max: 8 });
  second = connect(database.url, { max: 8 });
});
afterAll(async () => {
  await Promise.all([db.close(), second.close()]);
  await database.drop();
});
beforeEach(async () => {
  for (const { table } of await listPartitions(db.sql)) await db.sql.unsafe(`DROP TABLE crmbet.${table}`);
  await db.sql`DELETE FROM crmbet.settings`;
});

const now = Date.UTC(2026, 10, 30, 23, 59);
const tables = async () => (await listPartitions(db.sql)).map(({ table }) => table);
const ahead = ['events_2026_11', 'events_2026_12', 'events_2027_01', 'events_2027_02'];

const insert = (sql: Database['sql'], at: number) => sql`
  INSERT INTO crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, data, received_at)
  VALUES ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002',
    ${new Date(at).toISOString()}, 1, ${`e-${at}`}, 'page.viewed', '{}', ${new Date(at).toISOString()})`;

describe('partitions', () => {
  it('of now and of three months are made ahead, once, by however many gateways ask', async () => {
    const gateways = [db, second, db, second].map(({ sql }) => new Partitions(sql));
    await Promise.all(gateways.map((partitions) => partitions.makeAhead(now)));
    expect(await tables()).toEqual(ahead);
    await gateways[0]?.makeAhead(now);
    expect(await tables()).toEqual(ahead);
    for (const partitions of gateways) {
      expect(partitions.covers(Date.UTC(2026, 10, 1), Date.UTC(2027, 2, 1) - 1)).toBe(true);
      expect(partitions.covers(Date.UTC(2026, 10, 1), Date.UTC(2027, 2, 1))).toBe(false);
    }
  });

  it('have the indexes and columns of their parent, and take what belongs there', async () => {
    await new Partitions(db.sql).makeAhead(now);
    for (const at of [now, now + 60_000, Date.UTC(2027, 1, 28)]) await insert(db.sql, at);
    const rows = await db.sql`
      SELECT c.relname AS name FROM crmbet.events e JOIN pg_class c ON c.oid = e.tableoid ORDER BY e.occurred_at`;
    expect(rows.map(({ name }) => name)).toEqual(['events_2026_11', 'events_2026_12', 'events_2027_02']);
    const [indexes] = await db.sql`
      SELECT (SELECT count(*)::int FROM pg_index WHERE indrelid = 'crmbet.events'::regclass) AS parent,
        (SELECT count(*)::int FROM pg_index WHERE indrelid = 'crmbet.events_2026_12'::regclass) AS child`;
    expect(indexes?.parent).toBeGreaterThan(0);
    expect(indexes?.child).toBe(indexes?.parent);
  });

  it('are made for far times by whoever needs them first; what is there costs no query', async () => {
    const partitions = new Partitions(db.sql);
    await partitions.makeAhead(now);
    await partitions.ensure([Date.UTC(2019, 5, 1), Date.UTC(2025, 5, 1), Date.UTC(2019, 7, 1)]);
    expect(await tables()).toEqual(['events_2019', 'events_2025_06', ...ahead]);
    await new Partitions(second.sql).ensure([Date.UTC(2019, 8, 1), now]);
    const unplugged = connect(database.url, { max: 1 });
    const known = new Partitions(unplugged.sql);
    await known.refresh();
    await unplugged.close();
    await known.ensure([Date.UTC(2019, 0, 1), Date.UTC(2025, 5, 30), now]);
    await expect(known.ensure([Date.UTC(2018, 0, 1)])).rejects.toThrow();
  });

  it('are made while a writer of another one is in the middle of its transaction', async () => {
    const partitions = new Partitions(db.sql);
    await partitions.ensure([now]);
    await second.sql.begin(async (tx) => {
      await tx`LOCK TABLE crmbet.events IN ROW EXCLUSIVE MODE`;
      await partitions.makeAhead(now);
      // And those who write now do not queue behind anything.
      await insert(db.sql, now);
    });
    expect(await tables()).toEqual(ahead);
  });

  it('that cannot have the lock ask again', async () => {
    const partitions = new Partitions(db.sql);
    const held = Promise.withResolvers<void>();
    const holding = second.sql.begin(async (tx) => {
      await tx`LOCK TABLE crmbet.events IN SHARE UPDATE EXCLUSIVE MODE`;
      held.resolve();
      await new Promise((next) => setTimeout(next, 2600)); // longer than one attempt waits
    });
    await held.promise;
    await partitions.ensure([now]);
    await holding;
    expect(await tables()).toEqual(['events_2026_11']);
  });

  it('of a time that was retired are never made again, by whichever gateway', async () => {
    await db.sql.begin((tx) => raiseRetiredBefore(tx, { before: Date.UTC(2025, 0, 1), announcedAt: now }));
    await db.sql.begin((tx) => raiseRetiredBefore(tx, { before: Date.UTC(2024, 0, 1), announcedAt: now }));
    const raised: number[] = [];
    const partitions = new Partitions(second.sql, { raise: (before) => void raised.push(before) });
    await expect(partitions.ensure([Date.UTC(2024, 11, 31)])).rejects.toMatchObject({
      code: 'store_unavailable',
      retryAfter: 1,
    });
    await expect(partitions.ensure([Date.UTC(2019, 0, 1)])).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await partitions.ensure([Date.UTC(2025, 0, 1)]);
    expect(await tables()).toEqual(['events_2025_01']);
    expect(new Set(raised)).toEqual(new Set([Date.UTC(2025, 0, 1)]));
  });

  it('that went while a write was on its way are made for it; where they may not be, the write is to be sent again', async () => {
    const at = Date.UTC(2024, 5, 1);
    const partitions = new Partitions(db.sql);
    await partitions.ensure([at]);
    const write = () =>
      partitions.writing(
        () => [at],
        () => insert(db.sql, at),
      );
    await db.sql.unsafe('DROP TABLE crmbet.events_2024_06');
    await write();
    expect(await tables()).toEqual(['events_2024_06']);
    await db.sql.begin((tx) => raiseRetiredBefore(tx, { before: Date.UTC(2024, 6, 1), announcedAt: now }));
    await db.sql.unsafe('DROP TABLE crmbet.events_2024_06');
    await expect(write()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
