import { collectColumns } from '@crmbet/sdk/columns';
import { type Table, tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readProblem } from '../../testing/contract.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

/** Read by Apache's own package, as a notebook or a warehouse would. */

let gateway: TestGateway;
const players = Array.from({ length: 20 }, (_, index) => `jogador-${index}-ção`);

beforeAll(async () => {
  gateway = await createTestGateway();
  await gateway.client().events.send(
    players.flatMap((player, index) => [
      anEvent({ type: 'player.registered', player, data: {} }),
      ...(index % 3 === 0
        ? []
        : [
            // Beyond what float32 holds.
            anEvent({ player, data: { amount: 16_777_217 + index, currency: 'BRL' } }),
            anEvent({
              type: 'bet.placed',
              player,
              data: { betId: `b-${player}`, stake: 500, currency: 'BRL' },
            }),
          ]),
    ]),
  );
});
afterAll(() => gateway.stop());

const features = ['deposits_amount_30d', 'average_stake_30d', 'casino_share_30d', 'days_since_last_deposit'];
const path = (query: Record<string, string> = {}) =>
  `/v1/features/columns?${new URLSearchParams({ features: features.join(), ...query })}`;
const read = async (query: Record<string, string> = {}): Promise<{ response: Response; table: Table }> => {
  const response = await gateway.request(path(query));
  expect(response.status).toBe(200);
  return { response, table: tableFromIPC(new Uint8Array(await response.arrayBuffer())) };
};
const rowsOf = (table: Table): Record<string, unknown>[] => table.toArray().map((row) => row?.toJSON() ?? {});

describe('the features of everybody as columns', () => {
  it('are what each player’s own page says, nulls included', async () => {
    const rows = rowsOf((await read()).table);
    expect(rows.map(({ player }) => player).toSorted()).toEqual(players.toSorted());
    for (const { player, ...values } of rows) {
      const alone = await gateway.client().players.get(String(player));
      expect(values).toEqual(Object.fromEntries(features.map((id) => [id, alone.features[id]])));
    }
    expect(rows.some((row) => row.average_stake_30d === null)).toBe(true);
    expect(rows.some((row) => Number(row.deposits_amount_30d) > 2 ** 24)).toBe(true);
  });

  it('say as of when they are, how many, and which version of which feature', async () => {
    const before = Date.now();
    const { response, table } = await read();
    const asOf = response.headers.get('x-as-of') ?? '';
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
    expect(Date.parse(asOf)).toBeGreaterThanOrEqual(before);
    expect(response.headers.get('x-row-count')).toBe('20');
    expect(Object.fromEntries(table.schema.metadata)).toMatchObject({
      asOf,
      rows: '20',
      timeZone: 'America/Sao_Paulo',
      today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    const { data: catalogue } = await gateway.client().features.list();
    for (const field of table.schema.fields.slice(1)) {
      const { unit, window, version } = catalogue.find(({ id }) => id === field.name) ?? {};
      expect(Object.fromEntries(field.metadata)).toEqual({ unit, window, version: String(version) });
    }
  });

  it('come in the same order each time, as float32 where that is asked for', async () => {
    const double = (await read()).table;
    const single = (await read({ precision: 'single' })).table;
    expect(rowsOf(single).map(({ player }) => player)).toEqual(rowsOf(double).map(({ player }) => player));
    expect(String(single.schema.fields[1]?.type)).toBe('Float32');
    expect(rowsOf(single).map((row) => row.deposits_amount_30d)).toEqual(
      rowsOf(double).map((row) => Math.fround(Number(row.deposits_amount_30d))),
    );
  });

  it('are those of the members of a segment', async () => {
    const segment = await gateway.client().segments.create({
      name: 'depositors',
      rule: { feature: 'deposits_amount_30d', op: 'gt', value: 0 },
    });
    const { response, table } = await read({ segment: segment.id });
    expect([table.numRows, response.headers.get('x-row-count')]).toEqual([13, '13']);
    expect(rowsOf(table).every((row) => Number(row.deposits_amount_30d) > 0)).toBe(true);
  });

  it('are read by the client, to the same numbers', async () => {
    const answer = await gateway.client().features.columns({ features });
    const { columns, names, rows, player, asOf } = await collectColumns(answer);
    expect([names, rows, asOf]).toEqual([features, 20, answer.asOf]);
    const theirs = rowsOf((await read()).table);
    expect(Array.from({ length: rows }, (_, row) => player(row))).toEqual(theirs.map((row) => row.player));
    features.forEach((id, index) => {
      expect([...(columns[index] ?? [])]).toEqual(
        theirs.map((row) => (row[id] === null ? Number.NaN : Math.fround(Number(row[id])))),
      );
    });
  });

  it('hold what models say', async () => {
    const model = await gateway
      .client()
      .models.create({ name: 'groups', k: 2, features: ['deposits_amount_30d'] });
    await gateway.client().jobs.wait(model.job, { pollMs: 50 });
    const cluster = `model:${model.id}:cluster`;
    await vi.waitFor(async () => {
      const response = await gateway.request(`/v1/features/columns?features=${cluster}`);
      const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
      expect(Object.fromEntries(table.schema.fields[1]?.metadata ?? [])).toMatchObject({
        unit: 'label',
        version: '1',
      });
      expect(new Set(rowsOf(table).map((row) => row[cluster]))).toEqual(new Set([0, 1]));
    }, 50_000);
  });

  it('are nobody’s but the tenant’s own', async () => {
    const other = await gateway.addTenant();
    const response = await gateway.request(path(), { credential: other.secretKey });
    expect(tableFromIPC(new Uint8Array(await response.arrayBuffer())).numRows).toBe(0);
  });
});

describe('what cannot be asked for', () => {
  it.each([
    ['no feature', { features: '' }],
    ['an unknown one', { features: 'turnover_30d,nothing' }],
    ['one twice', { features: 'turnover_30d,turnover_30d' }],
    ['another precision', { precision: 'half' }],
    ['a segment that is no id', { segment: 'x' }],
  ])('%s', async (_, query) => {
    expect(await readProblem(await gateway.request(path(query)))).toMatchObject({
      status: 400,
      code: 'request_invalid',
    });
  });
});

describe('readings at once', () => {
  it('are few for a tenant, and make room when they are read or left', async () => {
    const [first, second] = await Promise.all([gateway.request(path()), gateway.request(path())]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const third = await gateway.request(path());
    expect(await readProblem(third)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(third.headers.get('retry-after')).toBe('5');
    await first.body?.cancel();
    await second.arrayBuffer();
    await vi.waitFor(async () => expect((await read()).table.numRows).toBe(20));
  });
});
