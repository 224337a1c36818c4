import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../demo/generator/rng.ts';
import { eventually } from '../../testing/eventually.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

const dayMs = 86_400_000;

let gateway: TestGateway;
/** Days ago of each player's deposits, and the player's mean amount. */
const deposits = new Map<string, { ago: number[]; mean: number }>();

beforeAll(async () => {
  gateway = await createTestGateway();
  const rng = new Rng(3);
  const events = Array.from({ length: 300 }, (_, n) => {
    const player = `p-${n}`;
    // Rates and the readiness to leave as the model has them: gamma and beta over the players.
    const rate = -0.12 * Math.log(1 - rng.next());
    const leaves = 1 - rng.next() ** (1 / 4);
    const mean = rng.between(2000, 40_000);
    const ago: number[] = [];
    // From some day on, every so often, until the player has had enough, which may be never.
    for (
      let at = Math.floor(rng.between(60, 130));
      at >= 0;
      at -= 1 + Math.floor(-Math.log(1 - rng.next()) / rate)
    ) {
      ago.push(at);
      if (rng.chance(leaves)) break;
    }
    deposits.set(player, { ago, mean });
    return ago.map((days) =>
      anEvent({
        player,
        time: new Date(Date.now() - days * dayMs - 60_000).toISOString(),
        data: { amount: Math.round(mean * rng.between(0.6, 1.4)), currency: 'BRL' },
      }),
    );
  }).flat();
  events.push(anEvent({ type: 'session.started', player: 'never', data: { sessionId: 's' } }));
  for (let from = 0; from < events.length; from += 500)
    await gateway.client().events.send(events.slice(from, from + 500), { replay: true });
}, 60_000);
afterAll(() => gateway.stop());

async function train(json: Record<string, unknown>) {
  const answer = await gateway.request('/v1/models', { json });
  expect(answer.status).toBe(202);
  const { id, job }: { id: string; job: string } = await answer.json();
  await gateway.client().jobs.wait(job, { pollMs: 30 });
  const version = await gateway.request(`/v1/models/${id}/versions/1`);
  const { metrics }: { metrics: Record<string, unknown> } = await version.json();
  const outputs = await eventually(async () => {
    const rows = await gateway.running.db.sql<{ player: string; outputs: Record<string, number> }[]>`
      SELECT p.external_id AS player, c.outputs FROM crmbet.player_scores c
      JOIN crmbet.players p ON p.tenant_id = c.tenant_id AND p.player_id = c.player_id WHERE c.model_id = ${id}`;
    expect(rows).toHaveLength(deposits.size + 1);
    return new Map(rows.map((row) => [row.player, row.outputs]));
  });
  return { id, metrics, outputs };
}

describe('customer value', () => {
  it('is judged on the days that a fit made earlier had not seen, and is more for who pays in more', async () => {
    const { id, metrics, outputs } = await train({
      name: 'value',
      algorithm: 'customer_value',
      horizonDays: 30,
    });
    expect(metrics).toMatchObject({
      purchases: { parameters: { r: expect.any(Number) }, standardErrors: { r: expect.any(Number) } },
      value: { parameters: { p: expect.any(Number) } },
      withoutPurchases: 1,
      holdout: {
        days: 30,
        purchases: { actual: expect.any(Number), predicted: expect.any(Number) },
        value: expect.objectContaining({ players: expect.any(Number) }),
      },
    });
    // Nothing is known of who never paid in, and nothing is made up.
    expect(outputs.get('never')).toEqual({});
    const mean = (isOne: (of: { ago: number[]; mean: number }) => boolean) => {
      const some = [...deposits]
        .filter(([, of]) => isOne(of))
        .map(([player]) => outputs.get(player)?.customer_value ?? 0);
      expect(some.length).toBeGreaterThan(6);
      return some.reduce((sum, value) => sum + value, 0) / some.length;
    };
    const isHere = ({ ago }: { ago: number[] }) => (ago.at(-1) ?? 99) <= 8;
    expect(mean((of) => isHere(of) && of.mean > 25_000)).toBeGreaterThan(
      2 * mean((of) => isHere(of) && of.mean < 12_000),
    );
    expect(mean(isHere)).toBeGreaterThan(2 * mean(({ ago }) => (ago.at(-1) ?? 0) > 50));
    const segment = await gateway.client().segments.create({
      name: 'worth something',
      rule: { feature: `model:${id}:customer_value`, op: 'gte', value: 50_000 },
    });
    const expected = [...outputs.values()].filter(({ customer_value }) => (customer_value ?? 0) >= 50_000);
    expect(segment.size).toBe(expected.length);
  });
});

describe('RFM', () => {
  const features = ['days_since_last_deposit', 'deposits_count_90d', 'deposits_amount_90d'];

  it('gives every player a code of three scores, the best for the latest, most and largest', async () => {
    const { metrics, outputs } = await train({ name: 'rfm', algorithm: 'rfm', quantiles: 4, features });
    expect(metrics).toMatchObject({ players: 301, recency: { players: { length: 4 }, missing: 1 } });
    for (const [player, { ago }] of deposits) {
      const { rfm = 0, recency_score, frequency_score } = outputs.get(player) ?? {};
      expect(String(rfm)).toMatch(/^[1-4]{3}$/);
      if ((ago.at(-1) ?? 99) === 0) expect(recency_score, player).toBe(4);
      if (ago.every((days) => days > 91)) expect(frequency_score, player).toBe(1);
    }
  });

  it('takes three features, no more and no fewer', async () => {
    const answer = await gateway.request('/v1/models', {
      json: { name: 'two', algorithm: 'rfm', features: features.slice(1) },
    });
    if (answer.status === 202) {
      const { job }: { job: string } = await answer.json();
      await expect(gateway.client().jobs.wait(job, { pollMs: 30 })).rejects.toThrow(/three features/);
    } else expect(answer.status).toBe(400);
  });
});
