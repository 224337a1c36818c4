import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mapping } from '../cli/import/mapping.ts';
import { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import { eventually } from '../testing/eventually.ts';
import { loadInBulk } from '../testing/load-in-bulk.ts';
import { createTestGateway, type TestGateway, type TestTenant } from '../testing/test-gateway.ts';
import type { BulkOptions } from './run-bulk.ts';

let gateway: TestGateway;
let folder: string;

beforeAll(async () => {
  gateway = await createTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'crmbet-bulk-'));
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

const mapping: Mapping = {
  type: 'deposit.approved',
  player: 'who',
  time: 'when',
  amount: 'sum',
  currency: 'BRL',
  source: 'resume',
};

/** Rows without ids, every one of them there twice: only their order tells them apart. */
async function history(name: string, rows: number): Promise<string> {
  const file = join(folder, name);
  const lines = Array.from({ length: rows }, (_, at) => {
    const pair = at >> 1;
    return `p-${pair % 500},${new Date(Date.UTC(2026, 0, 1) + pair * 1000).toISOString()},${(pair % 1000) + 1}.25`;
  });
  await writeFile(file, `who,when,sum\n${lines.join('\n')}\n`);
  return file;
}

async function bulk(tenant: TestTenant, file: string, more: Partial<BulkOptions> = {}) {
  const { db } = gateway.running;
  return await loadInBulk(db, await new TenantDirectory(db).get(tenant.tenantId), { file, mapping, ...more });
}

async function sums({ tenantId }: TestTenant) {
  const { sql } = gateway.running.db;
  const [row] = await sql`
    SELECT (SELECT count(*)::integer FROM crmbet.events WHERE tenant_id = ${tenantId}) AS events,
      (SELECT count(*)::integer FROM crmbet.event_ids WHERE tenant_id = ${tenantId}) AS ids,
      (SELECT sum(events_count)::integer FROM crmbet.player_day WHERE tenant_id = ${tenantId}) AS days,
      (SELECT sum(events_count)::integer FROM crmbet.player_state WHERE tenant_id = ${tenantId}) AS states,
      (SELECT sum(deposits_amount)::bigint FROM crmbet.player_state WHERE tenant_id = ${tenantId}) AS amount`;
  return row;
}

const doneOf = async ({ tenantId }: TestTenant): Promise<number> => {
  const [row] = await gateway.running.db.sql<
    { done: bigint }[]
  >`SELECT done FROM crmbet.imports WHERE tenant_id = ${tenantId}`;
  return Number(row?.done ?? 0);
};

const amountOf = (rows: number): bigint =>
  Array.from({ length: rows }, (_, at) => BigInt(((at >> 1) % 1000) + 1) * 100n + 25n).reduce(
    (a, b) => a + b,
    0n,
  );

describe('a bulk load that ends early', () => {
  it('goes on after kill -9, wherever that struck, and has neither a gap nor a double', {
    timeout: 180_000,
  }, async () => {
    const rows = 40_000;
    const tenant = await gateway.addTenant('UTC');
    const file = await history('killed.csv', rows);
    const mappingFile = join(folder, 'mapping.json');
    await writeFile(mappingFile, JSON.stringify(mapping));
    const start = (): ChildProcess =>
      spawn(
        process.execPath,
        [join(import.meta.dirname, '../testing/bulk-entry.ts'), file, mappingFile, tenant.slug],
        {
          env: { ...process.env, DATABASE_URL: gateway.databaseUrl },
          stdio: 'ignore',
        },
      );
    for (let kills = 0; kills < 3; kills += 1) {
      const before = await doneOf(tenant);
      const child = start();
      const exited = once(child, 'exit');
      await eventually(async () => {
        if (child.exitCode === null && (await doneOf(tenant)) <= before)
          throw new Error('nothing is stored yet');
      }, 60_000);
      child.kill('SIGKILL');
      await exited;
    }
    const report = await bulk(tenant, file, { pieceBytes: 65_536 });
    expect(report.failure).toBeUndefined();
    expect(report).toMatchObject({ read: rows, accepted: rows, duplicates: 0, conflicts: 0, resumed: true });
    expect(await sums(tenant)).toEqual({
      events: rows,
      ids: rows,
      days: rows,
      states: rows,
      amount: amountOf(rows),
    });

    const again = await bulk(tenant, file, { pieceBytes: 65_536 });
    expect(again).toMatchObject({ read: rows, accepted: 0, duplicates: rows, conflicts: 0 });
    expect(await sums(tenant)).toMatchObject({ events: rows, states: rows, amount: amountOf(rows) });
  });

  it('loads sums once: after a stop the rest of them, and never the same file again', {
    timeout: 120_000,
  }, async () => {
    const rows = 20_000;
    const tenant = await gateway.addTenant('UTC');
    const file = await history('sums.csv', rows);
    const stop = new AbortController();
    const small = { mode: 'features', pieceBytes: 32_768, unit: 100_000 } as const;
    const first = await bulk(tenant, file, {
      ...small,
      stop: stop.signal,
      progress: {
        step: () => ({ update: (done) => done > rows / 3 && stop.abort(), done: () => {}, fail: () => {} }),
      },
    });
    expect(first.stopped).toBe(true);
    const stored = Number((await sums(tenant))?.states ?? 0);
    expect(stored).toBe(first.accepted);
    expect(stored).toBeLessThan(rows);
    const rest = await bulk(tenant, file, small);
    expect(rest).toMatchObject({ accepted: rows, resumed: true, rejected: 0 });
    expect(await sums(tenant)).toEqual({
      events: 0,
      ids: 0,
      days: rows,
      states: rows,
      amount: amountOf(rows),
    });
    await expect(bulk(tenant, file, small)).rejects.toThrow(/in already/);
    await expect(bulk(tenant, file)).rejects.toThrow(/--features-only/);
    expect((await sums(tenant))?.states).toBe(rows);
  });

  it('writes nothing in a dry run', async () => {
    const tenant = await gateway.addTenant('UTC');
    const file = await history('dry.csv', 1_000);
    const report = await bulk(tenant, file, { dryRun: true });
    expect(report).toMatchObject({ read: 1_000, accepted: 1_000, rejected: 0, score: 100 });
    expect(report.quality).toMatchObject({
      looked: 1_000,
      players: 500,
      types: { 'deposit.approved': 1_000 },
    });
    expect(await sums(tenant)).toMatchObject({ events: 0, ids: 0, states: null });
    expect(await doneOf(tenant)).toBe(0);
  });

  it('tells duplicates and conflicts from what is new, and adds nothing for them', async () => {
    const tenant = await gateway.addTenant('UTC');
    const withIds: Mapping = { ...mapping, id: 'id' };
    const put = async (name: string, lines: string[]) => {
      const file = join(folder, name);
      await writeFile(file, `id,who,when,sum\n${lines.join('\n')}\n`);
      return file;
    };
    const line = (id: number, sum = '1.00') => `e${id},ana,2026-02-01T00:00:00Z,${sum}`;
    const load = async (name: string, lines: string[]) =>
      await bulk(tenant, await put(name, lines), { mapping: withIds, pieceBytes: 256 });
    const all = Array.from({ length: 40 }, (_, at) => line(at));
    expect(await load('a.csv', all)).toMatchObject({ accepted: 40, duplicates: 0, conflicts: 0 });
    const mixed = [
      ...all.slice(0, 20),
      line(5, '9.00'),
      line(50),
      line(50),
      line(51, '2.00'),
      line(51, '3.00'),
    ];
    const report = await load('b.csv', mixed);
    expect(report.failure).toBeUndefined();
    expect(report).toMatchObject({ read: 25, accepted: 2, duplicates: 21, conflicts: 2 });
    expect(report.rejectsByCode).toEqual({ event_conflict: 2 });
    expect(await sums(tenant)).toMatchObject({ events: 42, ids: 42, states: 42, amount: 4_300n });
  });
});
