import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

let gateway: TestGateway;
const features = ['deposits_amount_30d', 'bets_count_30d'];

const deposit = (player: string, amount: number) => anEvent({ player, data: { amount, currency: 'BRL' } });

beforeAll(async () => {
  gateway = await createTestGateway();
  // Thirty small players and ten large ones, whom nobody could mix up.
  const events = Array.from({ length: 40 }, (_, n) =>
    n < 30 ? deposit(`small-${n}`, 1000 + n) : deposit(`large-${n}`, 900_000 + n),
  );
  await gateway.client().events.send(events);
});
afterAll(() => gateway.stop());

/** Resolves once everybody has a score of the new model. */
async function train(setting: { name: string } & Record<string, unknown>): Promise<string> {
  const answer = await gateway.request('/v1/models', { json: { features, ...setting } });
  const { id, job }: { id: string; job: string } = await answer.json();
  await gateway.client().jobs.wait(job, { pollMs: 30 });
  await eventually(async () => {
    const [row] = await gateway.running.db.sql<{ missing: bigint }[]>`
      SELECT count(*) AS missing FROM crmbet.players p WHERE p.tenant_id = ${gateway.tenant.tenantId} AND NOT EXISTS (
        SELECT 1 FROM crmbet.player_scores c
        WHERE c.tenant_id = p.tenant_id AND c.player_id = p.player_id AND c.model_id = ${id})`;
    expect(row?.missing).toBe(0n);
  });
  return id;
}

const send = async (...events: ReturnType<typeof anEvent>[]) => {
  await gateway.client().events.send(events);
  await gateway.running.scoreKeeper.settle();
};

/** As the card says, once it is sure that `scores` say the same. */
async function clusterOf(player: string, model: string): Promise<number | undefined> {
  const card = await gateway.client().players.get(player);
  const score = card.scores.find((one) => one.model === model);
  expect(card.cluster).toMatchObject({ model, cluster: score?.outputs.cluster });
  return card.cluster?.cluster;
}

/** Ids of the players in a cluster by the filter, once it is sure that they are those whose row in the list says so. */
async function membersOf(cluster: number): Promise<string[]> {
  const { players } = gateway.client();
  const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).sort();
  const found = await players.list({ cluster }).toArray({ limit: 100 });
  const everybody = await players.list().toArray({ limit: 100 });
  expect(ids(found)).toEqual(ids(everybody.filter((row) => row.cluster?.cluster === cluster)));
  const counted = await gateway.request(`/v1/players?cluster=${cluster}&count=true&limit=1`);
  expect(await counted.json()).toMatchObject({ total: found.length });
  return ids(found);
}

describe("a player's cluster", () => {
  it('is that of the scores after an event, in the card, in the list and in its filter', async () => {
    const model = await train({ name: 'moves', k: 2 });
    const [small = -1, large = -1] = [await clusterOf('small-7', model), await clusterOf('large-30', model)];
    expect(small).not.toBe(large);
    expect(await membersOf(large)).toHaveLength(10);
    await send(deposit('small-7', 900_000));
    expect(await clusterOf('small-7', model)).toBe(large);
    expect(await membersOf(large)).toContain('small-7');
    expect(await membersOf(small)).not.toContain('small-7');
  });

  it('is known of who came after the training', async () => {
    const model = await train({ name: 'newcomers', k: 2 });
    const large = (await clusterOf('large-30', model)) ?? -1;
    await send(deposit('newcomer', 900_000));
    expect(await clusterOf('newcomer', model)).toBe(large);
    expect(await membersOf(large)).toContain('newcomer');
  });

  it('is the place of the training until the model has said something', async () => {
    const { sql } = gateway.running.db;
    const { tenantId } = gateway.tenant;
    const model = await train({ name: 'says nothing yet', k: 2 });
    const player = sql`(SELECT player_id FROM crmbet.players WHERE tenant_id = ${tenantId} AND external_id = 'small-3')`;
    await sql`UPDATE crmbet.player_clusters SET cluster = 63 WHERE tenant_id = ${tenantId} AND model_id = ${model} AND player_id = ${player}`;
    expect(await membersOf(63)).toEqual([]);
    await sql`DELETE FROM crmbet.player_scores WHERE tenant_id = ${tenantId} AND model_id = ${model} AND player_id = ${player}`;
    expect((await gateway.client().players.get('small-3')).cluster).toMatchObject({ model, cluster: 63 });
    expect(await membersOf(63)).toEqual(['small-3']);
  });

  it('is −1 where the model puts the player in none, which can be asked for, as can any number', async () => {
    const model = await train({ name: 'noise', algorithm: 'dbscan', eps: 0.5, minPoints: 5 });
    const outside = await membersOf(-1);
    await send(
      deposit('outside', 30_000),
      ...Array.from({ length: 40 }, (_, n) =>
        anEvent({
          player: 'outside',
          type: 'bet.placed',
          data: { betId: `b${n}`, stake: 5, currency: 'BRL' },
        }),
      ),
    );
    expect(await clusterOf('outside', model)).toBe(-1);
    expect(await membersOf(-1)).toEqual([...outside, 'outside'].sort());
    expect(await membersOf(2 ** 31 - 1)).toEqual([]);
  });
});
