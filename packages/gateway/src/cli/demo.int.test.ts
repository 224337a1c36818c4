import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CRMBet } from '@crmbet/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../db/database.ts';
import { generateHistory } from '../demo/generator/index.ts';
import { optionsOf, readLoadState } from '../demo/load-history.ts';
import { eventually } from '../testing/eventually.ts';
import { type GatewayProcess, isAlive, postgresIn, startProcess } from '../testing/gateway-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

let folder: string;
let database: TestDatabase | undefined;
const running: GatewayProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crmbet-demo-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  }
  await database?.drop();
  database = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const demo = (flags: string[], env: Record<string, string> = {}) => {
  const gateway = startProcess(['demo', '--seed', '1', '--events-per-second', '1', ...flags], {
    CRMBET_FOLDER: folder,
    PORT: '0',
    ...env,
  });
  running.push(gateway);
  return gateway;
};
const stop = async (gateway: GatewayProcess, signal: NodeJS.Signals) => {
  gateway.child.kill(signal);
  expect(await gateway.exited, gateway.said.join('\n')).toEqual({ code: 0, signal: null });
};
const demoFile = async (): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8'));

describe('the demo', () => {
  it('starts with nothing, is there at once the second time, and leaves nothing running', async () => {
    const first = demo(['--players', '200', '--days', '30']);
    const url = await first.ready();
    const file = await demoFile();
    expect(file).toEqual({
      url,
      tenant: 'demo',
      secretKey: expect.stringMatching(/^sk_/),
      publishableKey: expect.stringMatching(/^pk_/),
    });
    expect((await stat(join(folder, 'demo.json'))).mode & 0o777).toBe(0o600);
    expect(first.said.at(-1)).toBe(`ready ${url}`);
    for (const shown of [url, file.secretKey, file.publishableKey])
      expect(first.said.join('\n')).toContain(shown);

    const client = new CRMBet({ apiKey: file.secretKey, baseUrl: url });
    const page = (await client.players.list({ count: true, limit: 1 }).pages().next()).value;
    expect(page).toMatchObject({ total: 200 });
    const segments = await client.segments.list().toArray({ limit: 100 });
    expect(segments).toHaveLength(6);
    expect(segments.some(({ size }) => size > 0)).toBe(true);
    const models = await client.models.list().toArray({ limit: 10 });
    expect(models).toMatchObject([{ state: 'ready', players: 200, parameters: { k: 7 } }]);
    expect((await fetch(url, { redirect: 'manual' })).headers.get('location')).toBe(`${url}/docs`);
    // New events keep coming.
    for await (const { event } of client.stream.open()) if (event === 'player.event') break;
    const pid = await postgresIn(folder);
    await stop(first, 'SIGINT');
    expect(pid !== undefined && isAlive(pid)).toBe(false);

    const second = demo(['--players', '200', '--days', '30']);
    const again = new CRMBet({ apiKey: file.secretKey, baseUrl: await second.ready() });
    // The keys are the same, and so is everything else.
    expect(await demoFile()).toEqual({ ...file, url: expect.any(String) });
    expect((await again.players.list({ count: true, limit: 1 }).pages().next()).value).toMatchObject({
      total: 200,
    });
    expect((await again.segments.list().toArray({ limit: 100 })).map(({ id }) => id)).toEqual(
      segments.map(({ id }) => id),
    );
    expect((await again.models.list().toArray({ limit: 10 })).map(({ id }) => id)).toEqual(
      models.map(({ id }) => id),
    );
    expect(second.said.join('\n')).not.toContain('Loading');
    await stop(second, 'SIGTERM');
    expect(await postgresIn(folder)).toBeUndefined();
  });

  it('that cannot be clustered says so, at every start, and goes on', async () => {
    database = await createTestDatabase();
    for (const start of ['first', 'second']) {
      const gateway = demo(['--players', '5', '--days', '30'], { DATABASE_URL: database.url });
      const client = new CRMBet({
        baseUrl: await gateway.ready(),
        apiKey: (await demoFile()).secretKey ?? '',
      });
      const said = gateway.said.join('\n');
      expect(said, start).toMatch(/✗ Clustering players: .*there are 5/);
      expect(said, start).toContain('The demo goes on without clusters.');
      expect(await client.segments.list().toArray({ limit: 100 })).toHaveLength(6);
      await stop(gateway, 'SIGTERM');
    }
  });

  it('interrupted in the middle of its first load goes on at the next start, to the very same totals', async () => {
    database = await createTestDatabase();
    const { url } = database;
    const flags = ['--players', '1200', '--days', '60'];
    const db = connect(url, { max: 1 });
    try {
      const first = demo(flags, { DATABASE_URL: url });
      const stored = async () => {
        const [row] = await db.sql<
          { count: number }[]
        >`SELECT count(*)::int AS count FROM crmbet.events WHERE event_id NOT LIKE 'e-live-%'`;
        return row?.count ?? 0;
      };
      await eventually(async () => expect(await stored()).toBeGreaterThan(0), 40_000);
      await stop(first, 'SIGINT');
      const half = await stored();
      const state = await readLoadState(db);
      if (state === undefined) throw new Error('the load has left no note');
      const whole = [...generateHistory(optionsOf(state))].flat();
      // Proof of the fault: some of it is there, and not all.
      expect(state.finished).toBe(false);
      expect(half).toBeLessThan(whole.length);

      const second = demo(flags, { DATABASE_URL: url });
      await second.ready();
      await stop(second, 'SIGTERM');
      expect(await readLoadState(db)).toEqual({ ...state, stored: whole.length, finished: true });
      expect(await stored()).toBe(whole.length);
      // Of the players to whom nothing new has happened since.
      const [sums] = await db.sql`
        SELECT sum(deposits_count)::int AS count, sum(deposits_amount)::text AS amount FROM crmbet.player_day d
        WHERE NOT EXISTS (SELECT 1 FROM crmbet.events e WHERE e.tenant_id = d.tenant_id AND e.player_id = d.player_id AND e.event_id LIKE 'e-live-%')`;
      const players = await db.sql<{ external_id: string }[]>`
        SELECT DISTINCT p.external_id FROM crmbet.players p JOIN crmbet.events e USING (tenant_id, player_id) WHERE e.event_id LIKE 'e-live-%'`;
      const lively = new Set(players.map((row) => row.external_id));
      const still = whole.flatMap((event) =>
        event.type === 'deposit.approved' && !lively.has(event.player) ? [event.data.amount] : [],
      );
      expect(still.length).toBeGreaterThan(0);
      expect(sums).toEqual({
        count: still.length,
        amount: String(still.reduce((sum, amount) => sum + amount, 0)),
      });
    } finally {
      await db.close();
    }
  });
});
