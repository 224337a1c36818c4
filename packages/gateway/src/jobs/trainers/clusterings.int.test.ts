import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../demo/generator/rng.ts';
import { eventually } from '../../testing/eventually.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

let gateway: TestGateway;
const features = ['deposits_amount_30d', 'casino_share_30d'];
const players = 120;

beforeAll(async () => {
  gateway = await createTestGateway();
  const rng = new Rng(11);
  const events = Array.from({ length: players }, (_, n) => {
    const large = n % 3 === 0;
    const player = `${large ? 'large' : 'small'}-${n}`;
    const amount = Math.round((large ? 900_000 : 2000) * rng.between(0.8, 1.25));
    const played = large
      ? anEvent({ player, type: 'bet.placed', data: { betId: `b-${n}`, stake: 5000, currency: 'BRL' } })
      : anEvent({
          player,
          type: 'casino.round',
          data: { game: 'g', stake: 100, payout: 0, currency: 'BRL' },
        });
    return [anEvent({ player, data: { amount, currency: 'BRL' } }), played];
  }).flat();
  await gateway.client().events.send(events, { replay: true });
});
afterAll(() => gateway.stop());

describe.each([
  { algorithm: 'kmeans', k: 2 },
  { algorithm: 'mini_batch_kmeans', k: 2 },
  { algorithm: 'dbscan', eps: 1, minPoints: 5 },
  { algorithm: 'hdbscan', minClusterSize: 20, minSamples: 5 },
])('$algorithm', (setting) => {
  it('parts players that nobody could mix up, and scores them as it placed them', async () => {
    const { algorithm } = setting;
    const answer = await gateway.request('/v1/models', { json: { name: algorithm, features, ...setting } });
    const { id, job }: { id: string; job: string } = await answer.json();
    await gateway.client().jobs.wait(job, { pollMs: 30 });
    const { data: points } = await gateway.client().models.points(id);
    const places = new Map(points.map(({ player, cluster }) => [player, cluster]));
    expect(places.size).toBe(players);
    const of = (kind: string) =>
      new Set([...places].flatMap(([player, at]) => (player.startsWith(kind) ? [at] : [])));
    expect([of('small').size, of('large').size]).toEqual([1, 1]);
    expect([...of('small')]).not.toEqual([...of('large')]);
    const { data: clusters } = await gateway.client().models.clusters(id);
    expect(clusters.map(({ size }) => size)).toEqual([80, 40]);
    await eventually(async () => {
      const rows = await gateway.running.db.sql<{ player: string; cluster: number }[]>`
        SELECT p.external_id AS player, (c.outputs->>'cluster')::integer AS cluster FROM crmbet.player_scores c
        JOIN crmbet.players p ON p.tenant_id = c.tenant_id AND p.player_id = c.player_id WHERE c.model_id = ${id}`;
      expect(new Map(rows.map((row) => [row.player, row.cluster]))).toEqual(places);
    });
  });
});
