import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveModels, saveScores } from '../db/queries/player-scores.ts';
import { createServices } from '../services/create-services.ts';
import { readProblem } from '../testing/contract.ts';
import { eventually } from '../testing/eventually.ts';
import {
  anEvent,
  createTestGateway,
  quietLog,
  type TestGateway,
  type TestTenant,
} from '../testing/test-gateway.ts';
import { scoreModel } from './request-scoring.ts';

let gateway: TestGateway;
const features = ['deposits_amount_30d', 'bets_count_30d'];

beforeAll(async () => {
  gateway = await createTestGateway();
  await fill(gateway.tenant);
});
afterAll(() => gateway.stop());

/** Thirty small players and ten large ones, whom nobody could mix up. */
async function fill(tenant: TestTenant): Promise<void> {
  const events = Array.from({ length: 40 }, (_, n) =>
    anEvent({
      player: n < 30 ? `small-${n}` : `large-${n}`,
      data: { amount: n < 30 ? 1000 + n : 900_000 + n, currency: 'BRL' },
    }),
  );
  await gateway.client(tenant.secretKey).events.send(events);
}

async function train(name: string, tenant = gateway.tenant): Promise<string> {
  const client = gateway.client(tenant.secretKey);
  const model = await client.models.create({ name, k: 2, features });
  await client.jobs.wait(model.job, { pollMs: 30 });
  return model.id;
}

type Score = { player: string; version: number; cluster: number; seen: bigint; at: Date };

async function scoresOf(modelId: string, tenant = gateway.tenant): Promise<Map<string, Score>> {
  const rows = await gateway.running.db.sql<Score[]>`
    SELECT p.external_id AS player, c.version, (c.outputs->>'cluster')::integer AS cluster, c.events_count AS seen, c.scored_at AS at
    FROM crmbet.player_scores c JOIN crmbet.players p ON p.tenant_id = c.tenant_id AND p.player_id = c.player_id
    WHERE c.tenant_id = ${tenant.tenantId} AND c.model_id = ${modelId}`;
  return new Map(rows.map((row) => [row.player, row]));
}

/** Resolves once everybody has a score of the version. */
const scored = (modelId: string, version = 1, tenant = gateway.tenant) =>
  eventually(async () => {
    const scores = await scoresOf(modelId, tenant);
    expect([...scores.values()].filter((score) => score.version === version)).toHaveLength(40);
    return scores;
  });

const settle = async (running = gateway.running) => {
  await running.scoreKeeper.settle();
  await running.segmentKeeper.settle();
};

const membersOf = async (segment: string): Promise<string[]> =>
  (await gateway.client().segments.members(segment).toArray({ limit: 100 }))
    .map(({ player }) => player)
    .sort();

describe('a model that is served', () => {
  it('scores everybody, and its labels are a feature that segments read', async () => {
    const id = await train('ways');
    const scores = await scored(id);
    const [small, large] = [scores.get('small-0')?.cluster, scores.get('large-30')?.cluster];
    expect(small).not.toBe(large);
    for (const [player, { cluster }] of scores)
      expect(cluster).toBe(player.startsWith('small') ? small : large);

    const { data: listed } = await gateway.client().features.list();
    expect(listed.filter(({ model }) => model?.id === id)).toMatchObject([
      {
        id: `model:${id}:cluster`,
        unit: 'label',
        window: 'now',
        version: 1,
        model: { version: 1, output: 'cluster' },
      },
      { id: `model:${id}:distance`, unit: 'score', definition: expect.stringContaining('"ways"') },
    ]);

    const segment = await gateway.client().segments.create({
      name: 'large by cluster',
      rule: { feature: `model:${id}:cluster`, op: 'eq', value: large ?? -1 },
    });
    expect(await membersOf(segment.id)).toEqual(
      [...scores.keys()].filter((player) => player.startsWith('large')).sort(),
    );

    const card = await gateway.client().players.get('large-30');
    expect(card.features[`model:${id}:cluster`]).toBe(large);
    expect(card.scores).toContainEqual(
      expect.objectContaining({
        model: id,
        modelName: 'ways',
        version: 1,
        outputs: expect.objectContaining({ cluster: large }),
      }),
    );
  });

  it('scores a player again after an event, and nobody else; the segment follows', async () => {
    const id = await train('follows');
    const before = await scored(id);
    const segment = await gateway.client().segments.create({
      name: 'follows the cluster',
      rule: { feature: `model:${id}:cluster`, op: 'eq', value: before.get('large-30')?.cluster ?? -1 },
    });
    expect(await membersOf(segment.id)).not.toContain('small-7');
    await gateway
      .client()
      .events.send([anEvent({ player: 'small-7', data: { amount: 900_000, currency: 'BRL' } })]);
    await settle();
    const after = await scoresOf(id);
    for (const [player, score] of after) {
      if (player !== 'small-7') expect(score).toEqual(before.get(player));
    }
    expect(after.get('small-7')).toMatchObject({ seen: 2n, cluster: before.get('large-30')?.cluster });
    expect(await membersOf(segment.id)).toContain('small-7');
  });

  it('is read by rules only where there is such an output, in the same tenant', async () => {
    const id = await train('is there');
    const other = await gateway.addTenant();
    await fill(other);
    const foreign = await train('foreign', other);
    for (const feature of [
      `model:${id}:probability`,
      `model:${foreign}:cluster`,
      'model:00000000-0000-7000-8000-000000000002:cluster',
    ]) {
      const answer = await gateway.request('/v1/segments', {
        json: { name: 'nothing to read', rule: { any: [{ feature, op: 'eq', value: 1 }] } },
      });
      expect(await readProblem(answer), feature).toMatchObject({
        status: 422,
        code: 'rule_invalid',
        errors: [{ pointer: '/rule', detail: expect.stringContaining(feature) }],
      });
    }
    await scored(foreign, 1, other);
    expect((await scoresOf(foreign)).size).toBe(0);
    expect((await scoresOf(id, other)).size).toBe(0);
    const { data: listed } = await gateway.client(other.secretKey).features.list();
    expect(listed.flatMap(({ model }) => model?.id ?? [])).not.toContain(id);
  });
});

describe('another version', () => {
  it('scores everybody once it is promoted, and so does the one before once it is rolled back to', async () => {
    const client = gateway.client();
    const id = await train('versions');
    await scored(id);
    const { job } = await client.models.trainVersion(id, { seed: 9 });
    await client.jobs.wait(job, { pollMs: 30 });
    expect([...(await scoresOf(id)).values()].every(({ version }) => version === 1)).toBe(true);
    expect((await gateway.request(`/v1/models/${id}/versions/2/promote`, { method: 'POST' })).status).toBe(
      200,
    );
    await scored(id, 2);
    expect((await gateway.request(`/v1/models/${id}/rollback`, { method: 'POST' })).status).toBe(200);
    await scored(id, 1);
  });

  it('answers for its share of the players in an experiment: always the same, others for another model', async () => {
    const client = gateway.client();
    const pick = async (name: string) => {
      const id = await train(name);
      const { job } = await client.models.trainVersion(id, { seed: 9 });
      await client.jobs.wait(job, { pollMs: 30 });
      const begun = await gateway.request(`/v1/models/${id}/experiment`, {
        method: 'POST',
        json: { challenger: 2, share: 0.5 },
      });
      expect(begun.status).toBe(200);
      const picked = await eventually(async () => {
        const scores = [...(await scoresOf(id)).values()];
        expect(scores).toHaveLength(40);
        const mine = scores.filter(({ version }) => version === 2).map(({ player }) => player);
        expect(mine.length).toBeGreaterThan(8);
        expect(mine.length).toBeLessThan(32);
        return mine.sort();
      });
      return { id, picked };
    };
    const [one, two] = [await pick('experiment one'), await pick('experiment two')];
    expect(one.picked).not.toEqual(two.picked);
    const again = one.picked[0] ?? '';
    await client.events.send([anEvent({ player: again })]);
    await settle();
    expect((await scoresOf(one.id)).get(again)?.version).toBe(2);
    expect(
      (await gateway.request(`/v1/models/${one.id}/experiment`, { method: 'DELETE' })).status,
    ).toBeLessThan(300);
    await scored(one.id, 1);
  });
});

describe('a segment', () => {
  it('follows a promotion and a rollback, without any event', async () => {
    const client = gateway.client();
    const id = await train('followed by a segment');
    await scored(id);
    // No player is in a third cluster of two.
    const segment = await client.segments.create({
      name: 'third cluster',
      rule: { feature: `model:${id}:cluster`, op: 'eq', value: 2 },
    });
    expect(await membersOf(segment.id)).toEqual([]);
    const { job } = await client.models.trainVersion(id, { algorithm: 'kmeans', k: 3 });
    await client.jobs.wait(job, { pollMs: 30 });
    expect((await gateway.request(`/v1/models/${id}/versions/2/promote`, { method: 'POST' })).status).toBe(
      200,
    );
    const third = await eventually(async () => {
      const members = await membersOf(segment.id);
      expect(members.length).toBeGreaterThan(0);
      return members;
    });
    expect(third).toEqual(
      [...(await scored(id, 2)).values()]
        .flatMap(({ player, cluster }) => (cluster === 2 ? [player] : []))
        .sort(),
    );
    expect((await gateway.request(`/v1/models/${id}/rollback`, { method: 'POST' })).status).toBe(200);
    await eventually(async () => expect(await membersOf(segment.id)).toEqual([]));
  });

  it('follows the score of a player whose event another process took in, one that keeps nothing itself', async () => {
    const id = await train('two processes');
    const before = await scored(id);
    const segment = await gateway.client().segments.create({
      name: 'large, of two processes',
      rule: { feature: `model:${id}:cluster`, op: 'eq', value: before.get('large-31')?.cluster ?? -1 },
    });
    expect(await membersOf(segment.id)).not.toContain('small-9');
    const api = await createServices({
      databaseUrl: gateway.databaseUrl,
      threads: 1,
      log: quietLog,
      role: 'api',
    });
    try {
      const principal = await api.services.identity.identify(gateway.tenant.secretKey, undefined);
      await api.services.events.send(principal, {
        events: [anEvent({ player: 'small-9', data: { amount: 900_000, currency: 'BRL' } })],
      });
      await eventually(async () => expect(await membersOf(segment.id)).toContain('small-9'));
    } finally {
      await api.stop();
    }
  });
});

describe('a request to score', () => {
  it('is one job at a time; a sweep scores those of another day or without a score, and nobody else', async () => {
    const { db } = gateway.running;
    const { tenantId } = gateway.tenant;
    const id = await train('asked for');
    const before = await scored(id);
    const enqueued: string[] = [];
    const queue = { enqueue: async (_: unknown, kind: string) => void enqueued.push(kind) };
    const job = await scoreModel({ db, queue }, { tenantId, modelId: id });
    expect(await scoreModel({ db, queue }, { tenantId, modelId: id })).toBe(job);
    expect(enqueued).toEqual(['score_players']);
    await gateway.client().jobs.cancel(job);
    // A day has passed for one player, and another was never scored.
    await db.sql`
      UPDATE crmbet.player_scores SET day = '2020-01-01' WHERE model_id = ${id} AND player_id =
        (SELECT player_id FROM crmbet.players WHERE tenant_id = ${tenantId} AND external_id = 'small-3')`;
    await db.sql`
      DELETE FROM crmbet.player_scores WHERE model_id = ${id} AND player_id =
        (SELECT player_id FROM crmbet.players WHERE tenant_id = ${tenantId} AND external_id = 'small-4')`;
    await gateway.running.scoreKeeper.sweep();
    await settle();
    const after = await scoresOf(id);
    expect(after.size).toBe(40);
    expect(after.get('small-3')?.at).not.toEqual(before.get('small-3')?.at);
    for (const [player, score] of after)
      if (!['small-3', 'small-4'].includes(player)) expect(score).toEqual(before.get(player));
  });
});

describe('a model that a segment reads', () => {
  it('is deleted only after the segment, and leaves no score', async () => {
    const client = gateway.client();
    const id = await train('read by a segment');
    await scored(id);
    const segment = await client.segments.create({
      name: 'reads it',
      rule: { not: { feature: `model:${id}:cluster`, op: 'eq', value: 0 } },
    });
    const remove = () => gateway.request(`/v1/models/${id}`, { method: 'DELETE' });
    expect(await readProblem(await remove())).toMatchObject({ status: 409, code: 'model_in_use' });
    expect((await scoresOf(id)).size).toBe(40);
    await client.segments.delete(segment.id);
    expect((await remove()).status).toBe(204);
    expect((await scoresOf(id)).size).toBe(0);
    expect((await client.players.get('small-0')).scores.map(({ model }) => model)).not.toContain(id);
    const again = await gateway.request('/v1/segments', {
      json: { name: 'too late', rule: { feature: `model:${id}:cluster`, op: 'eq', value: 0 } },
    });
    expect(await readProblem(again)).toMatchObject({ code: 'rule_invalid' });
  });
});

describe('a scoring that began before a promotion', () => {
  it('keeps nothing that the earlier version said after it', async () => {
    const { db, scoreKeeper } = gateway.running;
    const { tenantId } = gateway.tenant;
    const client = gateway.client();
    const id = await train('promoted meanwhile');
    await scored(id);
    const [before] = await liveModels(db.sql, tenantId).then((all) =>
      all.filter(({ modelId }) => modelId === id),
    );
    if (before === undefined) throw new Error('the model is not served');
    const { job } = await client.models.trainVersion(id, { seed: 9 });
    await client.jobs.wait(job, { pollMs: 30 });
    expect((await gateway.request(`/v1/models/${id}/versions/2/promote`, { method: 'POST' })).status).toBe(
      200,
    );
    await scored(id, 2);
    const [player] = await db.sql<
      { id: string }[]
    >`SELECT player_id AS id FROM crmbet.players WHERE tenant_id = ${tenantId} LIMIT 1`;
    const row = { playerId: player?.id ?? '', version: 1, outputs: { cluster: 7 }, eventsCount: 99 };
    const of = { tenantId, day: '2999-01-01', at: new Date() };
    expect(await saveScores(db.sql, before, of, [row])).toBe(false);
    expect(await saveScores(db.sql, { ...before, activeVersion: 2 }, of, [{ ...row, version: 2 }])).toBe(
      true,
    );
    // A score of an earlier state or day does not come in over a later one.
    const late = { ...of, day: '2020-01-01' };
    expect(
      await saveScores(db.sql, { ...before, activeVersion: 2 }, late, [{ ...row, version: 2, outputs: {} }]),
    ).toBe(true);
    expect([...(await scoresOf(id)).values()].filter(({ cluster }) => cluster === 7)).toHaveLength(1);
    await scoreKeeper.settle();
  });
});
