import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mapping } from '../cli/import/mapping.ts';
import { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import { loadInBulk } from '../testing/load-in-bulk.ts';
import { mapRows } from '../testing/map-rows.ts';
import { createTestGateway, type TestGateway, type TestTenant } from '../testing/test-gateway.ts';
import type { BulkOptions } from './run-bulk.ts';

let gateway: TestGateway;
let folder: string;
let files = 0;

beforeAll(async () => {
  gateway = await createTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'crmbet-bulk-'));
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

const put = async (content: string, extension = 'csv') => {
  files += 1;
  const file = join(folder, `f${files}.${extension}`);
  await writeFile(file, content);
  return file;
};

async function bulk(tenant: TestTenant, file: string, mapping: Mapping, more: Partial<BulkOptions> = {}) {
  const { db } = gateway.running;
  return await loadInBulk(db, await new TenantDirectory(db).get(tenant.tenantId), { file, mapping, ...more });
}

/** All that the store says of a tenant's players, by their own names. */
async function stored({ tenantId }: TestTenant) {
  const { sql } = gateway.running.db;
  const of = (table: string, columns: string, order: string) =>
    sql.unsafe(
      `SELECT p.external_id, ${columns} FROM crmbet.${table} t
       JOIN crmbet.players p ON p.tenant_id = t.tenant_id AND p.player_id = t.player_id
       WHERE t.tenant_id = $1 ORDER BY p.external_id, ${order}`,
      [tenantId],
    );
  const strip = (rows: readonly Record<string, unknown>[]) =>
    rows.map(({ tenant_id: _, player_id: __, received_at: ___, created_at: ____, ...rest }) => rest);
  return {
    players: strip(await of('players', 't.brand, t.brand_at, t.profile, t.profile_times', '1')),
    states: strip(await of('player_state', 't.*', '1')),
    days: strip(await of('player_day', 't.*', 't.day, t.currency')),
    ids: strip(await of('event_ids', 't.source, t.event_id, t.body_hash', 't.event_id')),
    events: strip(
      await of(
        'events',
        't.occurred_at, t.source, t.event_id, t.type, t.brand, t.data::text AS data',
        't.event_id',
      ),
    ),
    // Since when a lifted one was set is what the batch knew of it.
    restrictions: strip(await of('restrictions', 't.*', 't.restriction, t.scope')).map((row) =>
      row.lifted_at === null ? row : { ...row, since: null },
    ),
  };
}

const columns =
  'id,player,at,type,brand,currency,amount,stake,payout,bet,game,kind,live,bonus,outcome,rounds,method,restriction,country,session,seconds';
const mapping: Mapping = {
  typeColumn: 'type',
  player: 'player',
  time: 'at',
  id: 'id',
  brandColumn: 'brand',
  currencyColumn: 'currency',
  set: {
    'data.amount': { column: 'amount', as: 'money' },
    'data.stake': { column: 'stake', as: 'money' },
    'data.payout': { column: 'payout', as: 'money' },
    'data.betId': 'bet',
    'data.game': 'game',
    'data.gameType': 'kind',
    'data.live': { column: 'live', as: 'boolean' },
    'data.bonus': { column: 'bonus', as: 'boolean' },
    'data.outcome': 'outcome',
    'data.rounds': { column: 'rounds', as: 'number' },
    'data.method': { column: 'method', as: 'text' },
  },
};
const noMoney: Mapping = {
  typeColumn: 'type',
  player: 'player',
  time: 'at',
  id: 'id',
  brandColumn: 'brand',
  set: {
    'data.restriction': 'restriction',
    'data.country': 'country',
    'data.sessionId': 'session',
    'data.durationSeconds': { column: 'seconds', as: 'number' },
  },
};

const dayMs = 86_400_000;
const money = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 99_999_999 }).map((n) => (n / 100).toFixed(2)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('12', '12.5', '0.05', '.5', '007.50', '100.000', '92233720368.54'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '-1.00',
      '1.005',
      '1e3',
      '+5',
      '1_000.00',
      '12.',
      ' 3.00 ',
      '90071992547409.93',
      '1,5',
      'x',
    ),
  },
);
const word = fc.oneof(
  { weight: 25, arbitrary: fc.constantFrom('slots-7', 'pix', 'Évora', 'a b', 'x'.repeat(128)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      ' lead',
      'trail ',
      '\u00a0',
      'x'.repeat(129),
      'back\\slash',
      'tab\there',
      '漢',
    ),
  },
);
const now = Date.now();
const time = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .oneof(
        fc.integer({ min: now - 400 * dayMs, max: now }),
        fc.integer({ min: Date.UTC(2018, 9, 1), max: Date.UTC(2019, 2, 31) }),
      )
      .chain((ms) =>
        fc.constantFrom(
          new Date(ms).toISOString(),
          new Date(ms).toISOString().replace(/\.\d+/, ''),
          `${new Date(ms).toISOString().slice(0, 19)}-03:00`,
          new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
          new Date(ms).toISOString().slice(0, 10),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '2026-02-30T10:00:00Z',
      '2020-01-01T24:00:00Z',
      '2020-01-01T 1:00:00Z',
      '2020-01-01T10:00:60Z',
      '1989-12-31T23:59:59Z',
      '2099-01-01T00:00:00Z',
      '2020-1-1',
      '2020-01-01T10:00:00.1234567Z',
      '2020-01-01T10:00:00+99:00',
      'infinity',
    ),
  },
);
const player = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('ana', 'rui', 'zé', 'p-4', 'p 5') },
  { weight: 1, arbitrary: fc.constantFrom('', '.', '..', 'x'.repeat(129), ' ana', 'q\\q', '漢') },
);
const currency = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('BRL', 'BRL', 'BRL', 'BRL', 'USD', 'JPY') },
  { weight: 1, arbitrary: fc.constantFrom('KWD', 'XXX', '', 'brl', 'CLF') },
);
const flag = fc.constantFrom('', '', '', 'true', 'true', 'no', 'YES', 'false', '1', 'maybe');

const moneyRow = fc
  .record({
    player,
    time,
    currency,
    money: fc.tuple(money, money, money),
    word: fc.tuple(word, word),
    flags: fc.tuple(flag, flag),
    brand: fc.constantFrom('', '', '', 'arena', 'arena', 'sul', 'sul', 'bé', 'x'.repeat(65)),
    kind: fc.constantFrom('', 'slots', 'slots', 'live', 'live', 'table', 'nonsense'),
    outcome: fc.constantFrom('won', 'won', 'lost', 'lost', 'cashed_out', 'cashed_out', 'huh'),
    rounds: fc.constantFrom('', '', '', '1', '7', '20', '0', '1.5', '100001', '1e2'),
    type: fc.constantFrom(
      'deposit.approved',
      'deposit.failed',
      'withdrawal.requested',
      'withdrawal.approved',
      'withdrawal.cancelled',
      'bet.placed',
      'bet.settled',
      'casino.round',
      'quest.completed',
      'Bad Type',
      '',
    ),
    stray: fc.nat(60),
  })
  .map((r) => (id: string): string[] => {
    const [a, b, c] = r.money;
    const is = (...types: string[]) => types.includes(r.type) || r.stray === 0;
    return [
      id,
      r.player,
      r.time,
      r.type,
      r.brand,
      r.currency,
      is(
        'deposit.approved',
        'deposit.failed',
        'withdrawal.requested',
        'withdrawal.approved',
        'withdrawal.cancelled',
      )
        ? a
        : '',
      is('bet.placed', 'bet.settled', 'casino.round') ? b : '',
      is('bet.settled', 'casino.round') ? c : '',
      is('bet.placed', 'bet.settled') ? r.word[0] : '',
      is('casino.round') ? r.word[0] : '',
      is('casino.round') ? r.kind : '',
      is('bet.placed') ? r.flags[0] : '',
      is('bet.placed', 'bet.settled', 'casino.round') ? r.flags[1] : '',
      is('bet.settled') ? r.outcome : '',
      is('casino.round') ? r.rounds : '',
      is('deposit.approved', 'withdrawal.approved') ? r.word[1] : '',
      '',
      '',
      '',
      '',
    ];
  });

const quietRow = fc
  .record({
    player,
    time,
    brand: fc.constantFrom('', 'arena', 'sul'),
    country: fc.constantFrom('BR', 'PT', 'x', ''),
    session: word,
    seconds: fc.constantFrom('60', '0', '604801', '1.5', 'x', ''),
    type: fc.constantFrom(
      'player.registered',
      'player.updated',
      'restriction.set',
      'restriction.lifted',
      'session.started',
      'session.ended',
      'app.opened',
    ),
  })
  .map((r) => (id: string): string[] => {
    const row = new Array<string>(21).fill('');
    row[0] = id;
    row[1] = r.player;
    row[2] = r.time;
    row[3] = r.type;
    row[4] = r.brand;
    if (r.type.startsWith('restriction')) row[17] = 'time_out';
    if (r.type.startsWith('player')) row[18] = r.country;
    if (r.type.startsWith('session') || r.type.startsWith('app')) row[19] = r.session;
    if (r.type === 'session.ended') row[20] = r.seconds;
    return row;
  });

const csvLine = (row: readonly string[]) =>
  row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');

/** What the command sends over HTTP for the file, sent here: a row at a time, so that their order is that of the file. */
async function overHttp(tenant: TestTenant, file: string, given: Mapping) {
  const counts = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  for (const row of await mapRows(file, given)) {
    if ('reject' in row) {
      counts.rejected += 1;
      continue;
    }
    const response = await gateway.request('/v1/events', {
      credential: tenant.secretKey,
      body: `{"events":[${row.json}],"replay":true}`,
      headers: { 'content-type': 'application/json' },
    });
    const answer = await response.json();
    for (const name of ['accepted', 'duplicates', 'conflicts', 'rejected'] as const)
      counts[name] += answer[name];
  }
  return counts;
}

/** The currency of an account is that of the money that came first, and which one that is depends on batches: here it is known before. */
async function openAccounts(tenant: TestTenant): Promise<void> {
  const events = ['ana', 'rui', 'zé', 'p-4', 'p 5'].map((name) => ({
    id: 'first',
    type: 'deposit.approved',
    player: name,
    time: '2017-01-01T00:00:00Z',
    data: { amount: 1, currency: 'BRL' },
  }));
  const response = await gateway.request('/v1/events', {
    credential: tenant.secretKey,
    json: { events, replay: true },
  });
  expect(response.status).toBe(200);
}

describe('a bulk load', () => {
  it.each([
    ['America/Sao_Paulo', 'csv'],
    ['Australia/Lord_Howe', 'csv'],
    ['UTC', 'ndjson'],
  ] as const)(
    'stores what the same rows over HTTP would have stored, in %s, as %s',
    { timeout: 240_000 },
    async (timeZone, format) => {
      let fast = 0;
      let all = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(moneyRow, { minLength: 1, maxLength: 40 }),
          fc.array(quietRow, { maxLength: 15 }),
          fc.array(fc.nat(39), { maxLength: 3 }),
          fc.boolean(),
          fc.constantFrom('UTC', 'America/New_York'),
          fc.constantFrom('\n', '\r\n'),
          async (moneyRows, quietRows, repeated, withIds, zone, end) => {
            for (const [rows, base] of [
              [moneyRows, mapping],
              [quietRows, noMoney],
            ] as const) {
              if (rows.length === 0) continue;
              const { id: _, ...withoutId } = base;
              const given: Mapping = { ...(withIds ? base : withoutId), zone };
              const named = rows.map((row, at) => row(withIds ? `e-${String(at).padStart(4, '0')}` : ''));
              const dated = named.toSorted(
                (a, b) => (Date.parse(a[2] ?? '') || 0) - (Date.parse(b[2] ?? '') || 0),
              );
              if (withIds)
                dated.forEach((row, at) => {
                  row[0] = `e-${String(at).padStart(4, '0')}`;
                });
              const lines = [
                ...dated,
                ...repeated.flatMap((at) => (dated[at] === undefined ? [] : [dated[at]])),
              ];
              const text =
                format === 'csv'
                  ? `${[columns, ...lines.map(csvLine)].join(end)}${end}`
                  : `${lines.map((row) => JSON.stringify(Object.fromEntries(columns.split(',').map((name, at) => [name, row[at]])))).join('\n')}\n`;
              const file = await put(text, format);
              const [one, other] = [await gateway.addTenant(timeZone), await gateway.addTenant(timeZone)];
              await openAccounts(one);
              await openAccounts(other);
              const loaded = await bulk(one, file, given, { pieceBytes: 2_048 });
              expect(loaded.failure).toBeUndefined();
              const sent = await overHttp(other, file, given);
              const { accepted, duplicates, conflicts, rejected } = loaded;
              expect({ accepted, duplicates, conflicts, rejected }).toEqual(sent);
              const [a, b] = [await stored(one), await stored(other)];
              expect(a).toEqual(b);
              if (!withIds) {
                // Of rows without ids each is an event, so the sums alone are the same sums.
                const sums = await gateway.addTenant(timeZone);
                await openAccounts(sums);
                const summed = await bulk(sums, file, given, {
                  mode: 'features',
                  pieceBytes: 2_048,
                  unit: 8_192,
                });
                expect(summed.failure?.message).toBeUndefined();
                expect(summed).toMatchObject({ accepted: loaded.accepted, rejected: loaded.rejected });
                const { states, days, players, restrictions } = await stored(sums);
                expect({ states, days, players, restrictions }).toEqual({
                  states: a.states,
                  days: a.days,
                  players: a.players,
                  restrictions: a.restrictions,
                });
              }
              fast += loaded.read - loaded.exact;
              all += loaded.accepted;
            }
          },
        ),
        { numRuns: 8, endOnFailure: true },
      );
      // Many rows are plain: if SQL judged none of them, this would test nothing.
      expect(fast / all).toBeGreaterThan(0.2);
    },
  );

  it.each(['BRL', 'CLF', 'JPY', 'BRL and CLF'])(
    'takes amounts in %s up to the largest that the checker takes',
    async (currencies) => {
      const amounts = ['99999999999999.99', '922337203685.4', '100000000000000.00', '99999999999.9999', '7'];
      const lines = currencies.split(' and ').flatMap((code, n) =>
        amounts.map((amount, at) => {
          const row = new Array<string>(21).fill('');
          row.splice(0, 7, `${n}-${at}`, 'ana', '2026-01-01T00:00:00Z', 'deposit.approved', '', code, amount);
          return csvLine(row);
        }),
      );
      const file = await put(`${[columns, ...lines].join('\n')}\n`);
      const [one, other] = [await gateway.addTenant('UTC'), await gateway.addTenant('UTC')];
      const { accepted, rejected, failure } = await bulk(one, file, mapping);
      expect(failure).toBeUndefined();
      expect({ accepted, rejected }).toMatchObject(
        await overHttp(other, file, mapping).then((sent) => ({
          accepted: sent.accepted,
          rejected: sent.rejected,
        })),
      );
      expect(await stored(one)).toEqual(await stored(other));
      const summed = await bulk(await gateway.addTenant('UTC'), file, mapping, { mode: 'features' });
      expect(summed.failure).toBeUndefined();
    },
  );
});
