import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRMBet } from '@crmbet/sdk';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../db/database.ts';
import { placeRuntime, systemFolder } from '../db/embedded/placement.ts';
import { chooseUser, ids } from '../db/embedded/run-as.ts';
import { findRuntime, program } from '../db/embedded/runtime.ts';
import { startEmbeddedPostgres } from '../db/embedded/start-embedded-postgres.ts';
import { migrate } from '../db/migrate.ts';
import { createTenant } from '../services/tenants/create-tenant.ts';
import { eventually } from '../testing/eventually.ts';
import { type GatewayProcess, postgresIn, startProcess } from '../testing/gateway-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { anEvent } from '../testing/test-gateway.ts';

let folder: string;
let database: TestDatabase;
const running: GatewayProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crmbet-serve-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  }
  await database.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const serve = (env: Record<string, string> = {}): GatewayProcess => {
  const gateway = startProcess(['serve'], {
    CRMBET_FOLDER: folder,
    PORT: '0',
    DATABASE_URL: database.url,
    ...env,
  });
  running.push(gateway);
  return gateway;
};

/** A start that has to fail: one sentence for a person, no stack, exit code 1. */
const refusal = async (gateway: GatewayProcess): Promise<string> => {
  // A start that succeeds after all is seen at once.
  const outcome = await Promise.race([gateway.exited, gateway.ready().catch(() => gateway.exited)]);
  expect(outcome).toEqual({ code: 1, signal: null });
  expect(gateway.said, gateway.said.join('\n')).toHaveLength(1);
  const [line = ''] = gateway.said;
  expect(line).toMatch(/^crmbet: .*[.]$/);
  return line;
};

async function makeTenant(): Promise<string> {
  await migrate(database.url);
  const db = connect(database.url, { max: 1 });
  try {
    const { secretKey } = await createTenant(db, {
      slug: 'operator',
      name: 'Operator',
      timeZone: 'America/Sao_Paulo',
    });
    return secretKey;
  } finally {
    await db.close();
  }
}

describe('a start that cannot be', () => {
  it('says that the port is in use, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const gateway = startProcess(['serve'], { CRMBET_FOLDER: folder, PORT: port });
    running.push(gateway);
    expect(await refusal(gateway)).toContain(`Port ${port} on 127.0.0.1 is in use by another program`);
    // It did not even begin to make a database.
    expect(await readdir(folder)).toEqual([]);
    other.close();
  });

  it.each([
    ['that is none', () => 'mysql://127.0.0.1/x', 'DATABASE_URL cannot be used: must begin with postgres://'],
    ['where nobody listens', () => 'postgres://crmbet@127.0.0.1:1/x', 'The database cannot be reached'],
    [
      'with a wrong password',
      (url: string) => url.replace(/:[^:@/]+@/, ':wrong@'),
      'password authentication failed',
    ],
    ['of a database that is not there', (url: string) => `${url}x`, 'does not exist'],
  ])('says what is wrong with a DATABASE_URL %s', async (_, change, sentence) => {
    const line = await refusal(serve({ DATABASE_URL: change(database.url) }));
    expect(line).toContain(sentence);
    expect(line).not.toContain(new URL(database.url).password);
  });

  it.each([
    ['PORT', '99999'],
    ['PORT', 'eighty'],
    ['LOG_LEVEL', 'loud'],
    ['CRMBET_THREADS', '0'],
  ])('says that %s=%s cannot be used', async (name, value) => {
    expect(await refusal(serve({ [name]: value }))).toContain(
      `The environment variable ${name} cannot be used`,
    );
  });

  it('refuses a database that may lose what it confirmed', async () => {
    const admin = postgres(database.url, { max: 1 });
    const name = new URL(database.url).pathname.slice(1);
    await admin.unsafe(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    expect(await refusal(serve())).toContain('synchronous_commit=off');
    await admin.unsafe(`ALTER DATABASE ${name} RESET synchronous_commit`);
    await admin.end();
    const gateway = serve();
    await gateway.ready();
  });

  it('refuses a database with fsync=off', async () => {
    const own = await startEmbeddedPostgres({ folder });
    await own.stop();
    const data = join(own.folder, 'postgres');
    const user = await chooseUser(data);
    const where = {
      folder: own.folder,
      runtime: await findRuntime(),
      user,
      elsewhere: systemFolder,
      log: () => {},
    };
    const runtime = await placeRuntime(where);
    // The same data, by hand, with the one setting that a gateway must not live with.
    const server = spawn(
      program(runtime, 'postgres'),
      [
        '-D',
        data,
        '-c',
        'fsync=off',
        '-c',
        `port=${own.port}`,
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'unix_socket_directories=',
      ],
      { stdio: 'ignore', cwd: data, env: { ...process.env, LC_ALL: 'C', LANG: 'C' }, ...ids(user) },
    );
    const ended = once(server, 'exit');
    try {
      await eventually(async () => {
        const client = postgres(own.url, { max: 1, connect_timeout: 2, onnotice: () => {} });
        await client`SELECT 1`.finally(() => client.end({ timeout: 1 }));
      });
      expect(await refusal(serve({ DATABASE_URL: own.url }))).toContain('fsync=off');
    } finally {
      server.kill('SIGINT');
      await ended;
    }
  });
});

describe('a gateway with a database of its own', () => {
  it('refuses a second on its folder, and takes its database along when it ends', async () => {
    const own = () => {
      const gateway = startProcess(['serve'], { CRMBET_FOLDER: folder, PORT: '0' });
      running.push(gateway);
      return gateway;
    };
    const first = own();
    const url = await first.ready();
    const pid = await postgresIn(folder);
    expect(pid).toBeGreaterThan(0);
    expect(await refusal(own())).toContain(`is in use by another process (pid ${first.child.pid})`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(await postgresIn(folder)).toBeUndefined();
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});

describe('SIGTERM', () => {
  it('lets what is being asked be answered, takes no more, and ends with 0', async () => {
    const secretKey = await makeTenant();
    const gateway = serve();
    const client = new CRMBet({ apiKey: secretKey, baseUrl: await gateway.ready(), maxRetries: 0 });
    await client.events.send(anEvent({ player: 'first' }));

    // The request is in flight for as long as we hold what it has to write.
    const holder = postgres(database.url, { max: 1 });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let locked = () => {};
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const holding = holder.begin(async (tx) => {
      await tx`LOCK TABLE crmbet.player_state IN ACCESS EXCLUSIVE MODE`;
      locked();
      await held;
    });
    await isLocked;
    const answers = Promise.allSettled(
      [1, 2, 3, 4].map((n) => client.events.send(anEvent({ player: `in-flight-${n}` }))),
    );
    const watcher = postgres(database.url, { max: 1 });
    await eventually(async () => {
      const [row] = await watcher<
        { waiting: number }[]
      >`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`;
      expect(row?.waiting).toBeGreaterThan(0);
    });
    gateway.child.kill('SIGTERM');
    // No new connection is taken: proof that the end has begun while the answers are still owed.
    await eventually(async () =>
      expect(
        await client.segments
          .list()
          .toArray({ limit: 1 })
          .catch(() => 'gone'),
      ).toBe('gone'),
    );
    expect(gateway.child.exitCode).toBeNull();
    release();
    await holding;
    for (const answer of await answers)
      expect(answer).toMatchObject({ status: 'fulfilled', value: { accepted: 1 } });
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    const [row] = await watcher<{ stored: number }[]>`SELECT count(*)::int AS stored FROM crmbet.events`;
    expect(row?.stored).toBe(5);
    await watcher.end();
    await holder.end();
  });
});

describe('kill -9', () => {
  it('loses nothing that was acked, and counts nothing twice', { timeout: 120_000 }, async () => {
    const secretKey = await makeTenant();
    const after = randomInt(50, 1500);
    console.info(`kill -9: ${after} ms after the first answer`);
    // One address for both lives, so that the clients need not be told.
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    probe.close();
    let gateway = serve({ PORT: port });
    const baseUrl = await gateway.ready();

    const acked = new Map<string, string>();
    let failures = 0;
    let firstAnswer = () => {};
    const answered = new Promise<void>((resolve) => {
      firstAnswer = resolve;
    });
    let killed = false;
    const produce = async (number: number) => {
      const client = new CRMBet({ apiKey: secretKey, baseUrl, maxRetries: 0 });
      // Each client goes on until the restart has answered it for a while.
      for (let batch = 0, afterKill = 0; afterKill < 5; batch += 1) {
        const events = Array.from({ length: 5 }, (_, n) =>
          anEvent({
            id: `c${number}-${batch}-${n}`,
            player: `p-${(number + n) % 10}`,
            data: { amount: batch + n, currency: 'BRL' },
          }),
        );
        for (;;) {
          try {
            const { results } = await client.events.send(events);
            for (const { id, status } of results) if (id !== null) acked.set(id, status);
            break;
          } catch {
            failures += 1;
            await new Promise((next) => setTimeout(next, 30));
          }
        }
        firstAnswer();
        if (killed) afterKill += 1;
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, (_, number) => produce(number)));
    await answered;
    await new Promise((next) => setTimeout(next, after));
    gateway.child.kill('SIGKILL');
    expect(await gateway.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually(async () => expect(failures).toBeGreaterThan(0));
    gateway = serve({ PORT: port });
    await gateway.ready();
    killed = true;
    await clients;

    expect([...acked.values()].filter((status) => status !== 'accepted' && status !== 'duplicate')).toEqual(
      [],
    );
    const sql = postgres(database.url, { max: 1 });
    const stored = await sql<
      { event_id: string; amount: number }[]
    >`SELECT event_id, (data->>'amount')::int AS amount FROM crmbet.events`;
    expect(stored.map((row) => row.event_id).sort()).toEqual([...acked.keys()].sort());
    const [sums] =
      await sql`SELECT sum(deposits_count)::int AS count, sum(deposits_amount)::int AS amount FROM crmbet.player_state`;
    const [days] =
      await sql`SELECT sum(deposits_count)::int AS count, sum(deposits_amount)::int AS amount FROM crmbet.player_day`;
    const [ledger] = await sql`SELECT count(*)::int AS count FROM crmbet.event_ids`;
    const expected = { count: stored.length, amount: stored.reduce((sum, { amount }) => sum + amount, 0) };
    expect([sums, days, ledger]).toEqual([expected, expected, { count: stored.length }]);
    await sql.end();
  });
});
