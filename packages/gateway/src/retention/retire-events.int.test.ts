import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../auth/principal.ts';
import { keepEverything, type RetentionPolicy } from '../config/retention-policy.ts';
import { dayMs } from '../config/span.ts';
import { connect, type Database } from '../db/database.ts';
import { listPartitions } from '../db/queries/partitions.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { createServices, type Running } from '../services/create-services.ts';
import { createTenant } from '../services/tenants/create-tenant.ts';
import { eventually } from '../testing/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { quietLog } from '../testing/test-gateway.ts';
import { type RetireProgress, retireEvents } from './retire-events.ts';

/** Events are taken for 35 days and kept for 40; the test says what time it is. */
const policy: RetentionPolicy = {
  horizon: { count: 35, unit: 'day' },
  events: { count: 40, unit: 'day' },
  playerDays: undefined,
};

let database: TestDatabase;
/** One gateway that is configured as it should be, and one that knows of no horizon. */
let gateway: Running;
let careless: Running;
/** Where passes run: a pool of their own, so that a test may take it away. */
let own: Database;
let tenantId: string;
let principal: Principal;

const start = Date.UTC(2025, 0, 20, 12);

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  database = await createTestDatabase();
  const options = { databaseUrl: database.url, threads: 1, log: quietLog };
  gateway = await createServices({ ...options, retention: policy });
  careless = await createServices({ ...options, retention: keepEverything });
  own = connect(database.url, { max: 2 });
});
afterAll(async () => {
  await Promise.all([gateway.stop(), careless.stop(), own.close()]);
  vi.useRealTimers();
  await database.drop();
});
beforeEach(async () => {
  await addTenant();
});

async function addTenant(): Promise<void> {
  const slug = `t-${randomUUID()}`;
  const created = await createTenant(gateway.db, { slug, name: slug, timeZone: 'America/Sao_Paulo' });
  tenantId = created.tenantId;
  principal = await gateway.services.identity.identify(created.secretKey, undefined);
}

const iso = (ms: number) => new Date(ms).toISOString();
const advance = (days: number) => vi.setSystemTime(Date.now() + days * dayMs);
const deposit = (id: string, at: number, fields: { player?: string; amount?: number } = {}) => ({
  id,
  type: 'deposit.approved',
  player: fields.player ?? 'p',
  time: iso(at),
  data: { amount: fields.amount ?? 100, currency: 'BRL' },
});

async function send(through: Running, events: object[], replay = false) {
  const { results } = await through.services.events.send(principal, { events, replay });
  return results.map(({ status, code }) => code ?? status);
}

const silent: RetireProgress = {
  announced: () => {},
  detached: () => {},
  pruned: () => {},
  dropped: () => {},
};
const retire = (
  options: { progress?: Partial<RetireProgress>; chunk?: number; db?: Database; signal?: AbortSignal } = {},
) =>
  retireEvents(
    {
      sql: (options.db ?? own).sql,
      progress: { ...silent, ...options.progress },
      settleMs: 0,
      chunk: options.chunk ?? 2,
    },
    policy,
    Date.now,
    options.signal ?? new AbortController().signal,
  );

const tables = async () => (await listPartitions(own.sql)).map(({ table }) => table);
/** Ids in the ledger that no event of a partition, or of a table on its way out, stands for; and events whose id is in no ledger. */
async function astray() {
  const [row] = await own.sql<{ ids: number; events: number }[]>`
    SELECT
      (SELECT count(*)::int FROM crmbet.event_ids i WHERE i.tenant_id = ${tenantId} AND NOT EXISTS (
        SELECT 1 FROM crmbet.events e WHERE e.tenant_id = i.tenant_id AND e.player_id = i.player_id
          AND e.source = i.source AND e.event_id = i.event_id)) AS ids,
      (SELECT count(*)::int FROM crmbet.events e WHERE e.tenant_id = ${tenantId} AND NOT EXISTS (
        SELECT 1 FROM crmbet.event_ids i WHERE e.tenant_id = i.tenant_id AND e.player_id = i.player_id
          AND e.source = i.source AND e.event_id = i.event_id)) AS events`;
  return row;
}
async function depositsOf(player: string) {
  const [row] = await own.sql<{ count: number; amount: number }[]>`
    SELECT s.deposits_count::int AS count, s.deposits_amount::int AS amount FROM crmbet.player_state s
    JOIN crmbet.players p ON p.tenant_id = s.tenant_id AND p.player_id = s.player_id
    WHERE s.tenant_id = ${tenantId} AND p.external_id = ${player}`;
  return row ?? { count: 0, amount: 0 };
}

describe('retiring events', () => {
  it('takes the months past the policy with their ids, and nothing else', async () => {
    const now = Date.now();
    const old = Array.from({ length: 25 }, (_, n) =>
      deposit(`old-${n}`, now - 20 * dayMs, { player: `p${n % 3}` }),
    );
    const young = Array.from({ length: 5 }, (_, n) => deposit(`young-${n}`, now, { player: `p${n % 3}` }));
    expect(new Set(await send(gateway, [...old, ...young]))).toEqual(new Set(['accepted']));
    // 40 days before is 1 January: a day is spared.
    vi.setSystemTime(Date.UTC(2025, 1, 10));
    expect(await retire()).toBe(true);
    expect(await tables()).toContain('events_2024_12');
    vi.setSystemTime(Date.UTC(2025, 1, 11));
    const told: string[] = [];
    const pruned: number[] = [];
    expect(
      await retire({
        progress: {
          announced: (before) => void told.push(`announced ${iso(before)}`),
          detached: (table) => void told.push(`detached ${table}`),
          pruned: (_, ids) => void pruned.push(ids),
          dropped: (table, ids) => void told.push(`dropped ${table} ${ids}`),
        },
      }),
    ).toBe(true);
    expect(told).toEqual([
      'announced 2025-01-01T00:00:00.000Z',
      'detached events_2024_12',
      'dropped events_2024_12 25',
    ]);
    expect(await tables()).not.toContain('events_2024_12');
    expect(await tables()).toContain('events_2025_01');
    expect(await astray()).toEqual({ ids: 0, events: 0 });
    const [left] =
      await own.sql`SELECT count(*)::int AS ids FROM crmbet.event_ids WHERE tenant_id = ${tenantId}`;
    expect(left?.ids).toBe(5);
    // What is kept is still a duplicate; what is gone is too late, for the gateway that never heard of a horizon too.
    expect(await send(gateway, young)).toEqual(young.map(() => 'duplicate'));
    expect(await send(careless, young)).toEqual(young.map(() => 'duplicate'));
    expect(new Set(await send(gateway, old))).toEqual(new Set(['event_too_late']));
    expect(new Set(await send(gateway, old, true))).toEqual(new Set(['event_too_late']));
    await expect(send(careless, old)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(new Set(await send(careless, old))).toEqual(new Set(['event_too_late']));
    await expect(gateway.services.events.send(principal, old[0])).rejects.toMatchObject({
      code: 'event_too_late',
    });
    expect(await depositsOf('p0')).toEqual({ count: 9 + 2, amount: 1100 });
  });

  it('stops no writer, and tells those whose month goes under their hands to send again', async () => {
    const month = Date.UTC(2025, 5, 1);
    vi.setSystemTime(Date.UTC(2025, 6, 5));
    const ids = (of: string) => Array.from({ length: 40 }, (_, n) => `${of}-${n}`);
    await send(
      gateway,
      ids('first').map((id) => deposit(id, month, { player: 'w' })),
    );
    // The careless gateway still takes what the other one refuses by now.
    vi.setSystemTime(Date.UTC(2025, 7, 20));
    let accepted = 40;
    const seen = new Map<string, number>();
    const stopping = new AbortController();
    const writer = async (through: Running, name: string, at: () => number) => {
      for (let n = 0; !stopping.signal.aborted; n += 1) {
        const outcomes = await send(
          through,
          Array.from({ length: 5 }, (_, k) => deposit(`${name}-${n}-${k}`, at(), { player: 'w' })),
        ).catch((error: unknown) => [error instanceof CrmbetError ? `thrown ${error.code}` : 'thrown']);
        accepted += outcomes.filter((outcome) => outcome === 'accepted').length;
        for (const outcome of outcomes)
          seen.set(`${name} ${outcome}`, (seen.get(`${name} ${outcome}`) ?? 0) + 1);
      }
    };
    const writers = [
      writer(gateway, 'now', Date.now),
      writer(careless, 'old', () => month),
      writer(careless, 'also-now', Date.now),
    ];
    await eventually(async () => {
      if (!seen.has('old accepted') || !seen.has('now accepted')) throw new Error('nobody writes');
    });
    expect(await retire()).toBe(true);
    await eventually(async () => {
      if (!seen.has('old event_too_late')) throw new Error('it was not told');
    });
    stopping.abort();
    await Promise.all(writers);
    expect([...seen.keys()].sort()).toEqual([
      'also-now accepted',
      'now accepted',
      'old accepted',
      'old event_too_late',
      'old thrown store_unavailable',
    ]);
    expect((await depositsOf('w')).count).toBe(accepted);
    expect(await astray()).toEqual({ ids: 0, events: 0 });
  });

  it('that is cut off in the middle is finished by the next, and takes no id that was given anew meanwhile', async () => {
    const month = Date.UTC(2025, 8, 10);
    vi.setSystemTime(Date.UTC(2025, 8, 20));
    const old = Array.from({ length: 9 }, (_, n) => deposit(`k-${n}`, month + n, { player: `k${n % 2}` }));
    await send(gateway, old);
    vi.setSystemTime(Date.UTC(2025, 10, 20));
    // The third chunk is held up by a row of it, and its connection is cut there.
    const victim = connect(database.url, { max: 1 });
    const pidOf = async (sql: Pick<Database['sql'], 'unsafe'>) =>
      (await sql.unsafe<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'))[0]?.pid ?? 0;
    const pid = await pidOf(victim.sql);
    const [fifth] = await own.sql<{ event_id: string }[]>`
      SELECT event_id FROM crmbet.events WHERE tenant_id = ${tenantId} ORDER BY player_id, occurred_at LIMIT 1 OFFSET 4`;
    await own.sql.begin(async (tx) => {
      await tx`
        SELECT 1 FROM crmbet.event_ids
        WHERE tenant_id = ${tenantId} AND event_id = ${fifth?.event_id ?? ''} FOR UPDATE`;
      const self = await pidOf(tx);
      const dying = expect(retire({ db: victim })).rejects.toThrow();
      await eventually(async () => {
        const [waiting] = await careless.db.sql`SELECT ${self} = ANY(pg_blocking_pids(${pid})) AS yes`;
        if (waiting?.yes !== true) throw new Error('it does not wait');
      });
      await victim.sql.end({ timeout: 0 });
      await dying;
    });
    await victim.close();
    await eventually(async () => {
      const alive = await own.sql`SELECT 1 FROM pg_stat_activity WHERE pid = ${pid}`;
      if (alive.length > 0) throw new Error('it has not died yet');
    });
    const left = async () => {
      const [row] = await own.sql`
        SELECT count(*)::int AS ids FROM crmbet.event_ids WHERE tenant_id = ${tenantId} AND event_id LIKE 'k-%'`;
      return Number(row?.ids);
    };
    expect(await left()).toBe(5);
    expect(await tables()).not.toContain('events_2025_09');
    // Nothing of the month can be stored in between: neither what is forgotten nor what is still in the ledger.
    expect(new Set(await send(gateway, old))).toEqual(new Set(['event_too_late']));
    // The ids are free for events of today as soon as they were pruned, and conflicts until then.
    const anew = old.map(({ id, player }) => deposit(id, Date.now(), { player, amount: 7 }));
    const outcomes = await send(gateway, anew);
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'event_conflict')).toHaveLength(5);
    const dead = new AbortController();
    await expect(retire({ progress: { pruned: () => dead.abort() }, signal: dead.signal })).rejects.toThrow();
    const dropped: [string, number][] = [];
    expect(await retire({ progress: { dropped: (...what) => void dropped.push(what) } })).toBe(true);
    expect(dropped).toEqual([['events_2025_09', 9]]);
    expect(await astray()).toEqual({ ids: 0, events: 0 });
    expect(await send(gateway, anew)).toEqual(
      outcomes.map((outcome) => (outcome === 'accepted' ? 'duplicate' : 'accepted')),
    );
  });

  it('is done once by several gateways at once', async () => {
    vi.setSystemTime(Date.UTC(2026, 0, 20));
    await send(
      gateway,
      Array.from({ length: 30 }, (_, n) => deposit(`s-${n}`, Date.UTC(2026, 0, (n % 19) + 1))),
    );
    vi.setSystemTime(Date.UTC(2026, 3, 20));
    const dropped: string[] = [];
    const pool = connect(database.url, { max: 8 });
    const pass = () => retire({ db: pool, progress: { dropped: (table) => void dropped.push(table) } });
    await eventually(async () => {
      const done = await Promise.all(Array.from({ length: 4 }, pass));
      if (!done.every(Boolean)) throw new Error('somebody was in the way');
    });
    await pool.close();
    expect(dropped.filter((table) => table === 'events_2026_01')).toHaveLength(1);
    expect(new Set(dropped).size).toBe(dropped.length);
    expect(await astray()).toEqual({ ids: 0, events: 0 });
  });

  it('waits for a transaction that is long, and lets others write meanwhile', async () => {
    vi.setSystemTime(Date.UTC(2026, 4, 20));
    await send(gateway, [deposit('long', Date.now())]);
    vi.setSystemTime(Date.UTC(2026, 7, 20));
    await send(gateway, [deposit('today', Date.now())]);
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const long = careless.db.sql.begin(async (tx) => {
      await tx`LOCK TABLE crmbet.events IN ROW EXCLUSIVE MODE`;
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const retiring = retire();
    for (let n = 0; n < 10; n += 1)
      expect(await send(gateway, [deposit(`during-${n}`, Date.now())])).toEqual(['accepted']);
    expect(await tables()).toContain('events_2026_05');
    release.resolve();
    await long;
    expect(await retiring).toBe(true);
    expect(await tables()).not.toContain('events_2026_05');
  });
});

describe('an id that was forgotten', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        careless: fc.boolean(),
        replay: fc.boolean(),
        events: fc.array(
          fc.record({
            id: fc.nat({ max: 7 }),
            age: fc.nat({ max: 90 }),
            amount: fc.integer({ min: 1, max: 2 }),
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('again' as const), careless: fc.boolean(), nth: fc.nat() }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), days: fc.integer({ min: 1, max: 40 }) }),
    },
    // Killed after so many steps of its own, or not at all.
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('retire' as const), steps: fc.nat({ max: 9 }) }) },
  );

  it('never lets its event be counted twice', async () => {
    vi.setSystemTime(Date.UTC(2027, 0, 1));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        await addTenant();
        const accepted = new Map<string, number>();
        const sent: ReturnType<typeof deposit>[] = [];
        const take = async (through: Running, events: ReturnType<typeof deposit>[], replay: boolean) => {
          if (events.length === 0) return;
          let outcomes = await send(through, events, replay).catch((error: unknown) => {
            // A month went, which this gateway had not heard of. Now it has.
            expect(error).toMatchObject({ code: 'store_unavailable' });
            return undefined;
          });
          outcomes ??= await send(through, events, replay);
          for (const [index, event] of events.entries()) {
            const key = JSON.stringify(event);
            if (outcomes[index] === 'accepted')
              accepted.set(key, (accepted.get(key) ?? 0) + event.data.amount);
          }
          sent.push(...events);
        };
        for (const now of steps) {
          if (now.kind === 'advance') advance(now.days);
          else if (now.kind === 'send') {
            const events = now.events.map(({ id, age, amount }) =>
              deposit(`${id}`, Date.now() - age * dayMs, { amount }),
            );
            await take(now.careless ? careless : gateway, events, now.replay);
          } else if (now.kind === 'again') {
            const event = sent[now.nth % Math.max(sent.length, 1)];
            if (event !== undefined) await take(now.careless ? careless : gateway, [event], true);
          } else {
            const dead = new AbortController();
            let left = now.steps;
            const live = () => {
              left -= 1;
              if (left === 0) dead.abort();
            };
            await retire({
              chunk: 1,
              signal: dead.signal,
              progress: { announced: live, detached: live, pruned: live, dropped: live },
            }).catch((error: unknown) => {
              if (!dead.signal.aborted) throw error;
            });
          }
        }
        // Everything that was ever sent comes again, by both gateways, before and after whatever was left is retired.
        await take(careless, sent.slice(), true);
        await retire();
        await take(gateway, sent.slice(), false);
        await take(careless, sent.slice(), true);
        for (const [event, amount] of accepted)
          expect(amount, `${event} was counted more than once`).toBe(JSON.parse(event).data.amount);
        expect(await depositsOf('p')).toEqual({
          count: accepted.size,
          amount: [...accepted.values()].reduce((sum, amount) => sum + amount, 0),
        });
        expect(await astray()).toEqual({ ids: 0, events: 0 });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 240_000);
});
