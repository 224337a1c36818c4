import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepEverything, type RetentionPolicy } from '../config/retention-policy.ts';
import { connect, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { attachedRanges, listPartitions } from '../db/queries/partitions.ts';
import { Partitions } from '../ingest/partitions.ts';
import { eventually } from '../testing/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { quietLog, startServices } from '../testing/test-gateway.ts';
import { clearDays } from './clear-days.ts';
import { createHorizon } from './horizon.ts';
import { StoreMaintenance } from './store-maintenance.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  db = connect(database.url, { max: 8 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  for (const { table } of await listPartitions(db.sql)) await db.sql.unsafe(`DROP TABLE crmbet.${table}`);
  await db.sql`DELETE FROM crmbet.settings`;
  await db.sql`DELETE FROM crmbet.player_day`;
});

const policy: RetentionPolicy = {
  horizon: { count: 2, unit: 'month' },
  events: { count: 3, unit: 'month' },
  playerDays: { count: 13, unit: 'month' },
};
const now = Date.UTC(2026, 5, 15);
const signal = new AbortController().signal;

function maintenance(counted: Record<string, number> = {}, settleMs = 0) {
  const horizon = createHorizon(policy.horizon);
  const count = (what: string, by: number) => {
    counted[what] = (counted[what] ?? 0) + by;
  };
  return new StoreMaintenance({
    sql: db.sql,
    partitions: new Partitions(db.sql, horizon),
    policy,
    metrics: { retired: count, retiredPartition: () => count('partitions', 1) },
    log: quietLog,
    settleMs,
  });
}

describe('looking after the store', () => {
  it('makes the coming months, retires the past ones and counts both, by several gateways and again', async () => {
    await new Partitions(db.sql).ensure([Date.UTC(2019, 0, 1), Date.UTC(2026, 0, 1), Date.UTC(2026, 3, 1)]);
    const counted: Record<string, number> = {};
    const several = [maintenance(counted), maintenance(counted), maintenance(counted)];
    await eventually(async () => {
      await Promise.all(several.map((one) => one.run(() => now)));
      const [first] = await attachedRanges(db.sql);
      if ((await listPartitions(db.sql)).length > 5) throw new Error(`${first?.from} is still there`);
    });
    expect((await listPartitions(db.sql)).map(({ table }) => table)).toEqual([
      'events_2026_04',
      'events_2026_06',
      'events_2026_07',
      'events_2026_08',
      'events_2026_09',
    ]);
    expect(counted.partitions).toBe(2);
  });

  it('waits until every gateway has heard of a retirement, and stops at once when told to', async () => {
    await new Partitions(db.sql).ensure([Date.UTC(2026, 0, 1)]);
    const waiting = maintenance({}, 3_600_000);
    const running = expect(waiting.run(() => now)).rejects.toThrow();
    await eventually(async () => {
      if ((await db.sql`SELECT 1 FROM crmbet.settings`).length === 0) throw new Error('nothing is announced');
    });
    const stale = new Partitions(db.sql);
    await stale.refresh();
    expect(stale.covers(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 31))).toBe(true);
    const horizon = createHorizon(undefined);
    await new Partitions(db.sql, horizon).refresh();
    expect(horizon.earliest(now)).toBe(Date.UTC(2026, 1, 1));
    await waiting.stop();
    await running;
    expect((await listPartitions(db.sql)).map(({ table }) => table)).toContain('events_2026_01');
  });

  it('is done by a gateway from its start', async () => {
    const running = await startServices(database.url);
    try {
      await eventually(async () => {
        if ((await listPartitions(db.sql)).length < 4) throw new Error('partitions are missing');
      });
      const [first] = await listPartitions(db.sql);
      const today = new Date();
      expect(first?.from).toBe(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1));
    } finally {
      await running.stop();
    }
  });
});

describe('sums by day', () => {
  const tenants = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
  const fill = async () => {
    for (const tenant of tenants) {
      await db.sql`
        INSERT INTO crmbet.player_day (tenant_id, player_id, day, currency)
        SELECT ${tenant}::uuid, lpad(p::text, 32, '0')::uuid, d::date, 'BRL'
        FROM generate_series(1, 20) p, generate_series('2025-03-01'::timestamp, '2025-06-01', '1 week') d`;
    }
  };
  const left = async () =>
    await db.sql`
      SELECT count(*)::int AS rows, min(day)::text AS first, max(day)::text AS last FROM crmbet.player_day`;

  it('go by whole months, of every tenant and player, once a month, and only where a policy says so', async () => {
    await fill();
    const total = 2 * 20 * 14;
    const cleared: number[] = [];
    const options = { sql: db.sql, chunk: 30, cleared: (rows: number) => void cleared.push(rows) };
    expect(await clearDays(options, keepEverything, now, signal)).toBe(true);
    expect(cleared).toEqual([]);
    expect(await clearDays(options, policy, now, signal)).toBe(true);
    // Of 2026-06-14 less 13 months, the first of the month: 2025-05-01.
    expect(await left()).toMatchObject([{ rows: 2 * 20 * 5, first: '2025-05-03', last: '2025-05-31' }]);
    expect(cleared.reduce((sum, rows) => sum + rows, 0)).toBe(total - 2 * 20 * 5);
    expect(cleared.length).toBeGreaterThan(10);
    const passes = cleared.length;
    expect(await clearDays(options, policy, now + 86_400_000, signal)).toBe(true);
    expect(cleared).toHaveLength(passes);
    expect(await clearDays(options, policy, Date.UTC(2026, 6, 2), signal)).toBe(true);
    expect(await left()).toMatchObject([{ rows: 0 }]);
  });

  it('that a pass was stopped in are looked at from there', async () => {
    await fill();
    const stopping = new AbortController();
    let rows = 0;
    const options = (then: () => void) => ({
      sql: db.sql,
      chunk: 30,
      cleared: (count: number) => {
        rows += count;
        then();
      },
    });
    await expect(
      clearDays(
        options(() => stopping.abort()),
        policy,
        now,
        stopping.signal,
      ),
    ).rejects.toThrow();
    const before = rows;
    expect(before).toBeGreaterThan(0);
    expect(
      await clearDays(
        options(() => {}),
        policy,
        now,
        signal,
      ),
    ).toBe(true);
    expect(rows - before).toBeGreaterThan(0);
    expect(await left()).toMatchObject([{ rows: 2 * 20 * 5 }]);
    expect(rows).toBe(2 * 20 * 9);
  });
});
