import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { BatchItem, BatchTenant, ItemStatus } from './batch-item.ts';
import { Lane, type StoredListener, type WriteBatch } from './lane.ts';
import { Lanes } from './lanes.ts';
import { LocalClock } from './local-clock.ts';

const tenant: BatchTenant = { id: 'tenant-1', clock: new LocalClock('UTC') };
const other: BatchTenant = { id: 'tenant-2', clock: tenant.clock };

const item = (id: string, player = '00000000'): BatchItem => ({
  playerId: `${player}-0000-0000-0000-000000000000`,
  event: { id, source: 'server', type: 'quest.done', player, at: 0, brand: null, data: {}, replay: false },
  json: '{}',
  hash: 0n,
});
const idsOf = (items: readonly BatchItem[]) => items.map(({ event }) => event.id);
const accept = (items: readonly BatchItem[]): ItemStatus[] => items.map(() => 'accepted');
const failing = (code: string) => Object.assign(new Error(code), { code });

/** A writer that waits to be let go, and keeps what it was given. */
function heldWriter() {
  const batches: { tenant: string; ids: string[]; release: (error?: Error) => void }[] = [];
  const write: WriteBatch = (of, items) =>
    new Promise((resolve, reject) => {
      batches.push({
        tenant: of.id,
        ids: idsOf(items),
        release: (error) => (error === undefined ? resolve(accept(items)) : reject(error)),
      });
    });
  const arrived = async (count: number) => {
    while (batches.length < count) await new Promise((next) => setImmediate(next));
    return batches[count - 1] ?? { tenant: '', ids: [], release: () => {} };
  };
  return { batches, write, arrived };
}

describe('Lane', () => {
  it('writes one batch at a time, and gathers what arrives meanwhile into the next', async () => {
    const { write, batches, arrived } = heldWriter();
    const lane = new Lane(write, 100);
    const first = lane.submit(tenant, [item('a'), item('b')]);
    const one = await arrived(1);
    const later = [lane.submit(tenant, [item('c')]), lane.submit(tenant, [item('d'), item('e')])];
    await new Promise((next) => setTimeout(next, 20));
    expect(batches).toHaveLength(1);
    one.release();
    expect(await first).toEqual(['accepted', 'accepted']);
    const two = await arrived(2);
    expect(two.ids).toEqual(['c', 'd', 'e']);
    two.release();
    expect(await Promise.all(later)).toEqual([['accepted'], ['accepted', 'accepted']]);
  });

  it('shares the first batch among requests of one turn', async () => {
    const { write, arrived } = heldWriter();
    const lane = new Lane(write, 100);
    const both = [lane.submit(tenant, [item('a')]), lane.submit(tenant, [item('b')])];
    const batch = await arrived(1);
    expect(batch.ids).toEqual(['a', 'b']);
    batch.release();
    await Promise.all(both);
  });

  it('never mixes tenants, and never fills a batch beyond its size unless one request does', async () => {
    const { write, arrived } = heldWriter();
    const lane = new Lane(write, 3);
    const all = [
      lane.submit(tenant, [item('a'), item('b')]),
      lane.submit(tenant, [item('c'), item('d')]),
      lane.submit(other, [item('e')]),
      lane.submit(tenant, [item('f'), item('g'), item('h'), item('i')]),
    ];
    const expected = [['a', 'b'], ['c', 'd'], ['e'], ['f', 'g', 'h', 'i']];
    for (const [index, ids] of expected.entries()) {
      const batch = await arrived(index + 1);
      expect(batch.ids).toEqual(ids);
      expect(batch.tenant).toBe(index === 2 ? other.id : tenant.id);
      batch.release();
    }
    await Promise.all(all);
  });

  it('gives each request its own answers, in its own order', async () => {
    const statusOf = (id: string): ItemStatus =>
      id < 'c' ? 'duplicate' : id < 'e' ? 'conflict' : 'accepted';
    const lane = new Lane(async (_, items) => idsOf(items).map(statusOf), 100);
    const answers = await Promise.all([
      lane.submit(tenant, [item('e'), item('a')]),
      lane.submit(tenant, [item('c')]),
      lane.submit(tenant, [item('b'), item('d'), item('f')]),
    ]);
    expect(answers).toEqual([['accepted', 'duplicate'], ['conflict'], ['duplicate', 'conflict', 'accepted']]);
  });

  it.each(['40P01', '40001', '55P03'])('runs a batch again after %s', async (code) => {
    let tries = 0;
    const lane = new Lane(async (_, items) => {
      tries += 1;
      if (tries < 3) throw failing(code);
      return accept(items);
    }, 100);
    expect(await lane.submit(tenant, [item('a')])).toEqual(['accepted']);
    expect(tries).toBe(3);
  });

  it('gives up after some tries, and goes on with the next request', async () => {
    let tries = 0;
    const lane = new Lane(async (_, items) => {
      if (items[0]?.event.id === 'good') return accept(items);
      tries += 1;
      throw failing('40P01');
    }, 100);
    await expect(lane.submit(tenant, [item('bad')])).rejects.toMatchObject({ code: '40P01' });
    expect(tries).toBe(5);
    expect(await lane.submit(tenant, [item('good')])).toEqual(['accepted']);
  });

  it('does not run again what the database refuses for good', async () => {
    let tries = 0;
    const lane = new Lane(async () => {
      tries += 1;
      throw failing('42P01');
    }, 100);
    await expect(lane.submit(tenant, [item('a')])).rejects.toMatchObject({ code: '42P01' });
    expect(tries).toBe(1);
  });

  it('answers all requests of a batch at once when the store is away, and tries none of them alone', async () => {
    const batches: string[][] = [];
    const lane = new Lane(async (_, items) => {
      batches.push(idsOf(items));
      throw failing('ECONNREFUSED');
    }, 100);
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => lane.submit(tenant, [item(id)])));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('lets a request whose values are refused be answered alone', async () => {
    const lane = new Lane(async (_, items) => {
      if (items.length > 1 && idsOf(items).includes('bad')) throw failing('22003');
      if (idsOf(items).includes('bad')) throw failing('XX000');
      return accept(items);
    }, 100);
    const outcomes = await Promise.allSettled([
      lane.submit(tenant, [item('a')]),
      lane.submit(tenant, [item('bad')]),
      lane.submit(tenant, [item('c')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('finds the events that cannot be stored among those that can', async () => {
    const lane = new Lane(async (_, items) => {
      if (idsOf(items).some((id) => id.startsWith('bad'))) throw failing('22003');
      return accept(items);
    }, 100);
    const [mixed, clean] = await Promise.all([
      lane.submit(
        tenant,
        ['a', 'bad-1', 'b', 'c', 'bad-2'].map((id) => item(id)),
      ),
      lane.submit(tenant, [item('d')]),
    ]);
    expect(mixed).toEqual(['accepted', 'unstorable', 'accepted', 'accepted', 'unstorable']);
    expect(clean).toEqual(['accepted']);
  });
});

describe('Lanes', () => {
  const options = { lanes: 4, maxBatch: 100, maxWaiting: 10 };
  const players = ['00000000', '00000100', '00000200', '00000300'];
  const ignore: StoredListener = () => {};
  const spread = (count: number) => Array.from({ length: count }, (_, n) => item(`e${n}`, `00000${n % 4}00`));

  it('keeps a player in one lane, uses them all, and puts the answers back in order', async () => {
    const lanesOf = new Map<string, Set<string>>();
    const lanes = new Lanes(
      async (_, items) => {
        const batch = idsOf(items).join();
        for (const { playerId } of items)
          lanesOf.set(playerId, (lanesOf.get(playerId) ?? new Set()).add(batch));
        return idsOf(items).map((id): ItemStatus => (id === 'e3' ? 'conflict' : 'accepted'));
      },
      ignore,
      options,
    );
    const items = Array.from({ length: 8 }, (_, n) => item(`e${n}`, `00000${n % 4}`.padEnd(8, '0')));
    const statuses = await lanes.submit(tenant, items);
    expect(statuses).toEqual(items.map(({ event }) => (event.id === 'e3' ? 'conflict' : 'accepted')));
    expect(lanesOf.size).toBe(4);
    for (const batches of lanesOf.values()) expect(batches.size).toBe(1);
  });

  it('refuses what would wait beyond its bound, at once and with a time to come back, and then recovers', async () => {
    const { write, batches, arrived } = heldWriter();
    const lanes = new Lanes(write, ignore, { ...options, lanes: 1 });
    const first = lanes.submit(tenant, spread(8));
    expect(lanes.waiting).toBe(8);
    const refusal = await lanes.submit(tenant, spread(3)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CrmbetError);
    expect(refusal).toMatchObject({ code: 'overloaded', retryAfter: 1 });
    const one = await arrived(1);
    const second = lanes.submit(tenant, spread(2));
    one.release();
    await first;
    (await arrived(2)).release();
    await second;
    expect(lanes.waiting).toBe(0);
    expect(batches).toHaveLength(2);
  });

  it('fails after every lane is done, and counts nothing as waiting then', async () => {
    const done: string[] = [];
    const lanes = new Lanes(
      async (_, items) => {
        if (items[0]?.playerId.startsWith(players[0] ?? '')) throw failing('XX000');
        await new Promise((next) => setTimeout(next, 15));
        done.push(...idsOf(items));
        return accept(items);
      },
      ignore,
      options,
    );
    const items = ['000000', '000001', '000002', '000003'].map((hex, n) => item(`e${n}`, `${hex}00`));
    await expect(lanes.submit(tenant, items)).rejects.toMatchObject({ code: 'XX000' });
    expect(done.sort()).toEqual(['e1', 'e2', 'e3']);
    expect(lanes.waiting).toBe(0);
  });

  it('tells what each lane has stored, though another lane fails', async () => {
    const told: string[] = [];
    const lanes = new Lanes(
      async (_, items) => {
        if (idsOf(items).includes('e0')) throw failing('XX000');
        return idsOf(items).map((id): ItemStatus => (id === 'e2' ? 'duplicate' : 'accepted'));
      },
      (tenantId, stored) => told.push(...idsOf(stored).map((id) => `${tenantId} ${id}`)),
      options,
    );
    const items = ['000000', '000001', '000002', '000003'].map((hex, n) => item(`e${n}`, `${hex}00`));
    await expect(lanes.submit(tenant, items)).rejects.toMatchObject({ code: 'XX000' });
    expect(told.sort()).toEqual(['tenant-1 e1', 'tenant-1 e3']);
  });

  it('tells what was stored of a request before the store went away in the middle of it', async () => {
    const told: string[] = [];
    const lanes = new Lanes(
      async (_, items) => {
        if (items.length > 1) throw failing('22003');
        if (idsOf(items).includes('e1')) throw failing('ECONNREFUSED');
        return accept(items);
      },
      (_, stored) => told.push(...idsOf(stored)),
      { ...options, lanes: 1 },
    );
    await expect(lanes.submit(tenant, [item('e0'), item('e1')])).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(told).toEqual(['e0']);
  });
});

describe('a batch', () => {
  it('of large events holds fewer of them', async () => {
    const { write, arrived } = heldWriter();
    const lane = new Lane(write, 1000);
    const large = (id: string): BatchItem => ({ ...item(id), json: 'x'.repeat(3 * 1024 * 1024) });
    const all = ['1', '2', '3'].map((id) => lane.submit(tenant, [large(id)]));
    for (const batch of [1, 2, 3]) {
      const { ids, release } = await arrived(batch);
      expect(ids).toEqual([`${batch}`]);
      release();
    }
    await Promise.all(all);
  });
});

describe('patience', () => {
  it('ends for what is written and for what waits, and the lane goes on when the store is back', async () => {
    const { write, arrived } = heldWriter();
    const lanes = new Lanes(write, () => {}, { lanes: 1, maxBatch: 10, maxWaiting: 100, patienceMs: 50 });
    const first = lanes.submit(tenant, [item('1')]);
    const batch = await arrived(1);
    const second = lanes.submit(tenant, [item('2')]);
    await expect(first).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 2 });
    await expect(second).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(lanes.waiting).toBe(0);
    batch.release();
    const third = lanes.submit(tenant, [item('3')]);
    const next = await arrived(2);
    expect(next.ids).toEqual(['3']);
    next.release();
    expect(await third).toEqual(['accepted']);
  });
});
