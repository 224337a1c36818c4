import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CRMBet, type StreamMessage } from '@crmbet/sdk';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { connect } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { createTenant } from '../../services/tenants/create-tenant.ts';
import { eventually } from '../../testing/eventually.ts';
import { type GatewayProcess, isAlive, postgresIn, startProcess } from '../../testing/gateway-process.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { anEvent } from '../../testing/test-gateway.ts';

/** Each test starts several processes, which on a busy machine takes its time. */
vi.setConfig({ testTimeout: 180_000 });

/** Real processes, one primary and what it starts, over a real database. */
let folder: string;
let database: TestDatabase;
let secretKey: string;
let admin: postgres.Sql;
const running: GatewayProcess[] = [];

const Members = z.object({ data: z.array(z.object({ player: z.string() })) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crmbet-workers-'));
  await chmod(folder, 0o755);
  database = await createTestDatabase();
  await migrate(database.url);
  const db = connect(database.url, { max: 1 });
  ({ secretKey } = await createTenant(db, { slug: 'operator', name: 'Operator', timeZone: 'UTC' }));
  await db.close();
  admin = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  }
  await admin.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function serve(args: string[], env: Record<string, string> = {}): GatewayProcess {
  const gateway = startProcess(['serve', ...args], {
    CRMBET_FOLDER: folder,
    PORT: '0',
    DATABASE_URL: database.url,
    ...env,
  });
  running.push(gateway);
  return gateway;
}

const childrenOf = async (pid: number | undefined): Promise<number[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,stat=']);
  return stdout.split('\n').flatMap((line) => {
    const [child, parent, state = 'Z'] = line.trim().split(/\s+/);
    return Number(parent) === pid && !state.startsWith('Z') ? [Number(child)] : [];
  });
};
/** The workers of a primary; `ps` itself is a child of ours, not of it. */
const workersOf = (gateway: GatewayProcess) => childrenOf(gateway.child.pid);

/** A request on a connection of its own, which the processes take in turn. */
function ask(
  url: string,
  path: string,
  { body, agent }: { body?: unknown; agent?: Agent } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, url),
      {
        agent: agent ?? new Agent(),
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Samples of a family by the name of their process. */
async function samples(url: string, family: string): Promise<Map<string, number>> {
  const { text } = await ask(url, '/metrics');
  const found = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(new RegExp(`^${family}(?:{(.*)})? (\\S+)$`, 'gm'))) {
    const name = /process="([^"]*)"/.exec(labels)?.[1] ?? '';
    found.set(name, (found.get(name) ?? 0) + Number(value));
  }
  return found;
}

describe('several processes', () => {
  it('share a port, and tell of all of them whichever is asked', async () => {
    const gateway = serve(['--workers', '2']);
    const url = await gateway.ready();
    expect(await workersOf(gateway)).toHaveLength(3);
    for (let n = 0; n < 6; n += 1)
      expect(await ask(url, '/v1/events', { body: anEvent({ player: `p${n}` }) })).toMatchObject({
        status: 200,
      });
    for (let n = 0; n < 2; n += 1) {
      const accepted = await samples(url, 'crmbet_events_total');
      expect([...accepted.keys()].sort()).toEqual(['api-1', 'api-2']);
      expect([...accepted.values()].reduce((sum, of) => sum + of, 0)).toBe(6);
      expect(accepted.get('api-1')).toBeGreaterThan(0);
      expect(accepted.get('api-2')).toBeGreaterThan(0);
    }
    const cpu = await samples(url, 'process_cpu_seconds_total');
    expect([...cpu.keys()].sort()).toEqual(['api-1', 'api-2', 'background', 'primary']);
    expect([...(await samples(url, 'crmbet_processes'))]).toEqual([['primary', 3]]);
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });

  it('show on a stream of one what another took in, and keep the segments of it', async () => {
    const gateway = serve(['--workers', '2']);
    const url = await gateway.ready();
    const client = new CRMBet({ apiKey: secretKey, baseUrl: url });
    const segment = await client.segments.create({
      name: 'live',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    const heard: StreamMessage[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const message of client.stream.open({ signal: stop.signal })) heard.push(message);
    })();
    await eventually(async () => {
      const open = await samples(url, 'crmbet_open_streams');
      expect([...open.values()].reduce((sum, of) => sum + of, 0)).toBe(1);
      const [row] = await admin`SELECT 1 FROM crmbet.gateways WHERE listens_to <> '{}'`;
      expect(row).toBeDefined();
    });
    for (let n = 0; n < 8; n += 1) await ask(url, '/v1/events', { body: anEvent({ player: `s${n}` }) });
    const accepted = await samples(url, 'crmbet_events_total');
    for (const name of ['api-1', 'api-2']) expect(accepted.get(name)).toBeGreaterThan(0);
    const players = (event: string) =>
      heard.flatMap((message) =>
        message.event === event && 'player' in message.data ? [String(message.data.player)] : [],
      );
    const everybody = Array.from({ length: 8 }, (_, n) => `s${n}`);
    await eventually(async () => {
      expect(players('player.event').sort()).toEqual(everybody);
      expect(players('segment.entered').sort()).toEqual(everybody);
    });
    expect((await client.segments.get(segment.id)).size).toBe(8);
    stop.abort();
    await reading;
  });

  it.each([
    ['all of them', 3],
    ['those that answer', 2],
  ])('are replaced when %s are killed, and what those had just stored is not forgotten', async (_, count) => {
    const gateway = serve(['--workers', '2']);
    const url = await gateway.ready();
    const client = new CRMBet({ apiKey: secretKey, baseUrl: url });
    const segment = await client.segments.create({
      name: 'survivors',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    const before = await workersOf(gateway);
    // In the order in which they were started: those that answer, then the one in the background.
    const killed = before.sort((a, b) => a - b).slice(0, count);
    const players = Array.from({ length: 4 }, (_, n) => `k${n}`);
    const sent = players.map((player) => ask(url, '/v1/events', { body: anEvent({ player }) }));
    for (const { status } of await Promise.all(sent)) expect(status).toBe(200);
    // Acked, and at once those who took them in die: nobody can have been told of these players yet.
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const now = await workersOf(gateway);
      expect(now).toHaveLength(3);
      expect(now.filter((pid) => killed.includes(pid))).toEqual([]);
      expect((await ask(url, '/readyz')).status).toBe(200);
    }, 60_000);
    expect(gateway.child.exitCode).toBeNull();
    // Well before the sweep of the minute, and before the silence of the dead is noticed.
    await eventually(async () => {
      const { text } = await ask(url, `/v1/segments/${segment.id}/members`);
      const { data } = Members.parse(JSON.parse(text));
      expect(data.map(({ player }) => player).sort()).toEqual(players);
    }, 10_000);
    const restarts = await samples(url, 'crmbet_process_restarts_total');
    expect(restarts.get('primary')).toBe(count);
  });

  it('leave no client waiting whose connection was on its way to one that died, and none alive without the primary', async () => {
    const gateway = serve(['--workers', '2']);
    const url = await gateway.ready();
    const [victim] = (await workersOf(gateway)).sort((a, b) => a - b);
    expect(victim).toBeGreaterThan(0);
    process.kill(victim ?? 0, 'SIGKILL');
    // Before the primary can know of it, so about half of these are on their way to the dead.
    const asked = Array.from({ length: 20 }, () =>
      ask(url, '/livez').then(
        ({ status }) => status,
        () => 'cut off',
      ),
    );
    let settled = 0;
    for (const answer of asked) void answer.then(() => (settled += 1));
    await eventually(async () => expect(settled).toBe(asked.length), 15_000);
    const outcomes = new Set(await Promise.all(asked));
    expect(outcomes).toContain(200);
    expect([...outcomes].filter((outcome) => outcome !== 200 && outcome !== 'cut off')).toEqual([]);
    await eventually(async () => expect(await workersOf(gateway)).toHaveLength(3), 60_000);
    // They end with their primary, however it ends.
    const workers = await workersOf(gateway);
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    await eventually(async () => expect(workers.filter(isAlive)).toEqual([]));
  });

  it('answer what is being asked at SIGTERM, each of them, and all end', async () => {
    const gateway = serve(['--workers', '2']);
    const url = await gateway.ready();
    await ask(url, '/v1/events', { body: anEvent({ player: 'first' }) });
    const workers = await workersOf(gateway);
    const holder = postgres(database.url, { max: 1 });
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = holder.begin(async (tx) => {
      await tx`LOCK TABLE crmbet.player_state IN ACCESS EXCLUSIVE MODE`;
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const answers = Promise.allSettled(
      Array.from({ length: 6 }, (_, n) =>
        ask(url, '/v1/events', { body: anEvent({ player: `in-flight-${n}` }) }),
      ),
    );
    await eventually(async () => {
      const [row] = await admin<{ waiting: number }[]>`
        SELECT count(*)::int AS waiting FROM pg_locks
        WHERE NOT granted AND relation = 'crmbet.player_state'::regclass`;
      // Both processes wait, so both have something to answer.
      expect(row?.waiting).toBeGreaterThan(1);
    });
    gateway.child.kill('SIGTERM');
    // Who comes from now on is answered or turned away, and waits for nobody; in the end all are turned away.
    const newcomers: Promise<unknown>[] = [];
    let settled = 0;
    for (let turnedAway = 0; turnedAway < 5 && newcomers.length < 400; ) {
      const newcomer = ask(url, '/livez').then(
        () => 0,
        () => 1,
      );
      newcomers.push(newcomer.then(() => (settled += 1)));
      turnedAway += await Promise.race([newcomer, new Promise<number>((next) => setTimeout(next, 10, 0))]);
    }
    await eventually(async () => expect(settled).toBe(newcomers.length), 4000);
    await expect(ask(url, '/livez')).rejects.toThrow();
    expect(gateway.child.exitCode).toBeNull();
    held.resolve();
    await holding;
    for (const answer of await answers)
      expect(answer).toMatchObject({ status: 'fulfilled', value: { status: 200 } });
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(workers.filter(isAlive)).toEqual([]);
    const [row] = await admin<{ stored: number }[]>`SELECT count(*)::int AS stored FROM crmbet.events`;
    expect(row?.stored).toBe(7);
    expect(await admin`SELECT 1 FROM crmbet.gateways`).toHaveLength(0);
    await holder.end();
  });

  it('share the one database of the folder, whose password no command line shows', async () => {
    const own = startProcess(['serve', '--workers', '2'], { CRMBET_FOLDER: folder, PORT: '0' });
    running.push(own);
    const url = await own.ready();
    expect((await ask(url, '/readyz')).status).toBe(200);
    expect(await postgresIn(folder)).toBeGreaterThan(0);
    const { stdout } = await promisify(execFile)('ps', ['-axo', 'ppid=,args=']);
    const lines = stdout.split('\n').filter((line) => Number(line.trim().split(' ')[0]) === own.child.pid);
    expect(lines.filter((line) => line.includes('main.ts'))).toHaveLength(3);
    expect(lines.join('\n')).not.toContain('postgres://');
    own.child.kill('SIGTERM');
    expect(await own.exited).toEqual({ code: 0, signal: null });
    expect(await postgresIn(folder)).toBeUndefined();
  });

  it('say why they cannot start, once', async () => {
    const gateway = serve(['--workers', '2'], { DATABASE_URL: database.url.replace(/:[^:@/]+@/, ':wrong@') });
    expect(await gateway.exited).toEqual({ code: 1, signal: null });
    expect(gateway.said).toHaveLength(1);
    expect(gateway.said[0]).toMatch(/^crmbet: .*password authentication failed/);
    const name = new URL(database.url).pathname.slice(1);
    await admin.unsafe(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const unsafe = serve(['--workers', '2']);
    expect(await unsafe.exited).toEqual({ code: 1, signal: null });
    expect(unsafe.said).toHaveLength(1);
    expect(unsafe.said[0]).toContain('synchronous_commit=off');
    const none = serve(['--workers', 'none']);
    expect(await none.exited).toEqual({ code: 1, signal: null });
    expect(none.said.join('\n')).toContain('CRMBET_WORKERS');
  });
});

describe('roles apart', () => {
  it('let one gateway answer and another work', async () => {
    const [api, worker] = [serve(['--role', 'api']), serve(['--role', 'worker'])];
    const [url, workerUrl] = [await api.ready(), await worker.ready()];
    expect((await ask(workerUrl, '/livez')).status).toBe(200);
    expect((await ask(workerUrl, '/readyz')).status).toBe(200);
    expect((await ask(workerUrl, '/metrics')).text).toContain('crmbet_http_request_seconds');
    expect((await ask(workerUrl, '/v1/segments')).status).toBe(404);

    const client = new CRMBet({ apiKey: secretKey, baseUrl: url });
    const segment = await client.segments.create({
      name: 'kept by the worker',
      rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
    });
    await client.events.send([anEvent({ player: 'a' }), anEvent({ player: 'b' })]);
    await eventually(async () => expect((await client.segments.get(segment.id)).size).toBe(2));
    const { job } = await client.models.create({
      name: 'trained by the worker',
      k: 2,
      features: ['deposits_count_30d', 'deposits_amount_30d'],
    });
    await eventually(async () => expect((await client.jobs.get(job)).state).toBe('succeeded'));
    for (const { child, exited } of [api, worker]) {
      child.kill('SIGTERM');
      expect(await exited).toEqual({ code: 0, signal: null });
    }
  });
});
