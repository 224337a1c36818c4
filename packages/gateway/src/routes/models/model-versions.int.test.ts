import { FeatureMatrix, fitLabel } from '@crmbet/engine';
import { ConflictError, InvalidRequestError, JobFailedError, NotFoundError } from '@crmbet/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../db/database.ts';
import { VersionsService } from '../../services/models/versions-service.ts';
import { readProblem } from '../../testing/contract.ts';
import { eventually } from '../../testing/eventually.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

let gateway: TestGateway;
const features = ['deposits_amount_30d', 'bets_count_30d'];

beforeAll(async () => {
  gateway = await createTestGateway();
  // Three ways of playing, so that two clusters and three are both plain to see.
  const events = Array.from({ length: 60 }, (_, n) => {
    const player = `p-${n}`;
    const kind = n % 3;
    return [
      anEvent({ player, data: { amount: [1000, 100_000, 9_000_000][kind] ?? 0, currency: 'BRL' } }),
      ...Array.from({ length: 1 + 4 * kind }, (_, b) =>
        anEvent({ player, type: 'bet.placed', data: { betId: `b${b}`, stake: 1000, currency: 'BRL' } }),
      ),
    ];
  }).flat();
  await gateway.client().events.send(events);
});
afterAll(() => gateway.stop());

const client = () => gateway.client();
let names = 0;

/** A model with as many versions as there are ks, all of them ready. */
async function modelOf(...ks: number[]): Promise<string> {
  const [first = 2, ...others] = ks;
  names += 1;
  const model = await client().models.create({ name: `model ${names}`, k: first, features });
  await client().jobs.wait(model.job, { pollMs: 20 });
  for (const k of others) {
    const { job } = await client().models.trainVersion(model.id, { algorithm: 'kmeans', k });
    await client().jobs.wait(job, { pollMs: 20 });
  }
  return model.id;
}

const activeOf = async (id: string) => (await client().models.get(id)).activeVersion;
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a version', () => {
  it('is served by itself if it is the first that is ready, and else waits', async () => {
    const id = await modelOf(2, 3);
    const model = await client().models.get(id);
    expect(model).toMatchObject({
      activeVersion: 1,
      version: 1,
      purpose: 'clusters',
      parameters: { k: 2 },
      experiment: null,
    });
    const versions = await client().models.versions(id).toArray({ limit: 10 });
    expect(versions.map(({ version, role, parameters }) => [version, role, parameters])).toEqual([
      [2, null, { k: 3 }],
      [1, 'active', { k: 2 }],
    ]);
    expect((await client().models.clusters(id)).data).toHaveLength(2);
  });

  it('says where it comes from, and that nobody has moved since', async () => {
    const id = await modelOf(2, 2);
    const [second, first] = await client().models.versions(id).toArray({ limit: 2 });
    expect(first).toMatchObject({
      state: 'ready',
      players: 60,
      features: features.map((feature) => ({ id: feature, version: 1 })),
      metrics: { converged: true, iterations: expect.any(Number), inertia: expect.any(Number) },
      lineage: {
        model: id,
        seed: 1,
        players: 60,
        parameters: { k: 2 },
        data: { digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), rows: 60 },
        asOf: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      },
    });
    // The same players, trained on twice.
    expect(second?.lineage?.data).toEqual(first?.lineage?.data);
    const drift = await client().models.drift(id, 1);
    expect(drift).toMatchObject({ version: 1, players: 60, level: 'stable' });
    expect(drift.features.map(({ name, psi }) => [name, psi])).toEqual(features.map((name) => [name, 0]));
    expect(drift.outputs.map(({ name }) => name)).toEqual(['cluster', 'distance']);
  });

  it('is trained with what is said anew, and else as the one that the model shows', async () => {
    const id = await modelOf(3);
    const same = await client().models.trainVersion(id);
    expect(same).toMatchObject({ version: 2, algorithm: 'kmeans', parameters: { k: 3 }, seed: 1 });
    const other = await client().models.trainVersion(id, { seed: 9, features: ['ggr_30d'] });
    expect(other).toMatchObject({ version: 3, parameters: { k: 3 }, seed: 9, features: [{ id: 'ggr_30d' }] });
    for (const { job } of [same, other]) await client().jobs.wait(job, { pollMs: 20 });
  });

  it('is for the same as its model', async () => {
    const id = await modelOf(2);
    const error = await failure(client().models.trainVersion(id, { algorithm: 'rfm' }));
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ code: 'request_invalid', errors: [{ pointer: '/algorithm' }] });
    for (const json of [
      { algorithm: 'kmeans' },
      { algorithm: 'kmeans', k: 3, eps: 1 },
      { k: 3 },
      { algorithm: 'onnx' },
      { features: ['luck_30d'] },
      { features: ['ggr_30d', 'ggr_30d'] },
    ]) {
      const response = await gateway.request(`/v1/models/${id}/versions`, { json });
      expect(await readProblem(response), JSON.stringify(json)).toMatchObject({ code: 'request_invalid' });
    }
    expect(await client().models.versions(id).toArray({ limit: 10 })).toHaveLength(1);
  });

  it('is made once for one key, however often it is asked for', async () => {
    const id = await modelOf(2);
    const options = { idempotencyKey: 'the-same' };
    const [one, two] = [
      await client().models.trainVersion(id, {}, options),
      await client().models.trainVersion(id, {}, options),
    ];
    expect(two).toEqual(one);
    await client().jobs.wait(one.job, { pollMs: 20 });
  });

  it('has a number of its own, also where many are asked for at once', async () => {
    const id = await modelOf(2);
    const made = await Promise.all(Array.from({ length: 5 }, () => client().models.trainVersion(id)));
    expect(made.map(({ version }) => version).sort()).toEqual([2, 3, 4, 5, 6]);
    for (const { job } of made) await client().jobs.wait(job, { pollMs: 20 });
    const first = await client().models.versions(id, { limit: 4 });
    expect(first.data.map(({ version }) => version)).toEqual([6, 5, 4, 3]);
    const next = await client().models.versions(id, { limit: 4, cursor: first.nextCursor ?? '' });
    expect(next.data.map(({ version }) => version)).toEqual([2, 1]);
    expect(next.nextCursor).toBeNull();
  });
});

describe('a promotion', () => {
  it('has the version answer for everybody, and can be rolled back as far as there was one', async () => {
    const id = await modelOf(2, 3, 4);
    expect(await client().models.promote(id, 2)).toMatchObject({ activeVersion: 2, parameters: { k: 3 } });
    expect(await client().models.promote(id, 3)).toMatchObject({ activeVersion: 3, parameters: { k: 4 } });
    expect((await client().models.clusters(id)).data).toHaveLength(4);
    expect((await client().models.rollBack(id)).activeVersion).toBe(2);
    expect((await client().models.clusters(id)).data).toHaveLength(3);
    expect((await client().models.points(id)).data).toHaveLength(60);
    expect((await client().models.rollBack(id)).activeVersion).toBe(1);
    const error = await failure(client().models.rollBack(id));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ code: 'version_not_earlier' });
    expect(await activeOf(id)).toBe(1);
  });

  it('is not rolled back to what was rolled back from before', async () => {
    const id = await modelOf(2, 3, 4);
    await client().models.promote(id, 2);
    await client().models.rollBack(id);
    expect(await client().models.version(id, 2)).toMatchObject({ promotedAt: null });
    await client().models.promote(id, 3);
    expect((await client().models.rollBack(id)).activeVersion).toBe(1);
  });

  it('takes one connection, however many wait for it', async () => {
    const id = await modelOf(2, 3, 4);
    await client().segments.create({
      name: 'of either kind',
      rule: { feature: `model:${id}:cluster`, op: 'gte', value: 0 },
    });
    const db = connect(gateway.databaseUrl, { max: 2 });
    const versions = new VersionsService(db, { enqueue: async () => {} });
    const principal = {
      tenantId: gateway.tenant.tenantId,
      kind: 'secret',
      subject: 'key',
      scopes: [],
    } as const;
    await Promise.all([2, 3, 2, 3].map((version) => versions.promote(principal, id, version)));
    await db.close();
    expect([2, 3]).toContain(await activeOf(id));
  });

  it('reaches the players: what is said of them is of the new version', async () => {
    const id = await modelOf(2, 3);
    await client().models.promote(id, 2);
    await eventually(async () => {
      const rows = await gateway.running.db.sql<{ version: number; players: number }[]>`
        SELECT version, count(*)::integer AS players FROM crmbet.player_scores WHERE model_id = ${id} GROUP BY version`;
      expect([...rows]).toEqual([{ version: 2, players: 60 }]);
    });
  });

  it('is refused of what is not ready', async () => {
    const id = await modelOf(2);
    const failed = await client().models.trainVersion(id, { algorithm: 'kmeans', k: 64 });
    expect(await failure(client().jobs.wait(failed.job, { pollMs: 20 }))).toBeInstanceOf(JobFailedError);
    expect(await failure(client().models.promote(id, 2))).toMatchObject({ code: 'model_not_ready' });
    expect(await failure(client().models.promote(id, 3))).toBeInstanceOf(NotFoundError);
    expect(await failure(client().models.compare(id, { base: 1, other: 2 }))).toMatchObject({
      code: 'model_not_ready',
    });
    expect(await activeOf(id)).toBe(1);
  });

  it('of several at once ends with one of them, and the way back leads over the others', async () => {
    const id = await modelOf(2, 3, 4, 5);
    await Promise.all([2, 3, 4, 2, 3, 4].map((version) => client().models.promote(id, version)));
    const seen = [await activeOf(id)];
    for (;;) {
      const back = await client()
        .models.rollBack(id)
        .catch(() => undefined);
      if (back === undefined) break;
      seen.push(back.activeVersion);
    }
    expect([...seen].sort()).toEqual([1, 2, 3, 4]);
    expect(seen.at(-1)).toBe(1);
  });
});

describe('a comparison', () => {
  it('finds that a version is like itself', async () => {
    const id = await modelOf(2);
    const comparison = await client().models.compare(id, { base: 1, other: 1 });
    expect(comparison).toMatchObject({
      base: { version: 1, algorithm: 'kmeans' },
      players: 60,
      outputs: [
        { name: 'cluster', kind: 'label', adjustedRandIndex: 1, agreement: 1, correlation: null },
        { name: 'distance', kind: 'score', meanAbsoluteDifference: 0, stabilityIndex: 0 },
      ],
    });
  });

  it('tells how far two versions differ, and their metrics side by side', async () => {
    const id = await modelOf(2, 3);
    const { outputs, metrics } = await client().models.compare(id, { base: 1, other: 2 });
    const [cluster] = outputs;
    // One of two clusters of forty players fell in two.
    expect(cluster?.adjustedRandIndex).toBeGreaterThan(0.3);
    expect(cluster?.adjustedRandIndex).toBeLessThan(0.9);
    expect(cluster?.agreement).toBe(1);
    const inertia = metrics.find(({ name }) => name === 'inertia');
    expect(inertia?.other).toBeLessThan(inertia?.base ?? 0);
  });
});

describe('an experiment', () => {
  it('parts the players between two versions by their ids, and keeps which of them answered', async () => {
    const id = await modelOf(2, 3);
    const served = async () => {
      const rows = await gateway.running.db.sql<{ player_id: string; version: number }[]>`
        SELECT player_id, version FROM crmbet.player_scores WHERE model_id = ${id} ORDER BY player_id`;
      return rows.map(({ player_id, version }) => `${player_id} ${version}`);
    };
    const challenged = (all: string[]) => all.filter((row) => row.endsWith(' 2'));
    const model = await client().models.beginExperiment(id, { challenger: 2, share: 0.4 });
    expect(model).toMatchObject({ activeVersion: 1, experiment: { challenger: 2 } });
    expect(model.experiment?.share).toBeCloseTo(0.4);
    expect((await client().models.version(id, 2)).role).toBe('challenger');
    let first: string[] = [];
    await eventually(async () => {
      first = await served();
      expect(first).toHaveLength(60);
      expect(challenged(first).length).toBeGreaterThan(10);
      expect(challenged(first).length).toBeLessThan(40);
    });

    // Whoever ends it and begins again has the same players in it.
    await client().models.endExperiment(id);
    await eventually(async () => expect(challenged(await served())).toEqual([]));
    expect((await client().models.get(id)).experiment).toBeNull();
    await client().models.beginExperiment(id, { challenger: 2, share: 0.4 });
    await eventually(async () => expect(await served()).toEqual(first));

    // A larger share keeps those that were in it.
    await client().models.beginExperiment(id, { challenger: 2, share: 0.8 });
    await eventually(async () => {
      const now = await served();
      expect(challenged(now).length).toBeGreaterThan(challenged(first).length);
      expect(now).toEqual(expect.arrayContaining(challenged(first)));
    });

    // The challenger wins: the experiment is over.
    expect(await client().models.promote(id, 2)).toMatchObject({ activeVersion: 2, experiment: null });
    await eventually(async () => expect(challenged(await served())).toHaveLength(60));
  });

  it('takes a second version that is ready, and a share between nobody and everybody', async () => {
    const id = await modelOf(2, 3);
    for (const experiment of [
      { challenger: 1, share: 0.5 },
      { challenger: 7, share: 0.5 },
      { challenger: 2, share: 0 },
      { challenger: 2, share: 1 },
    ]) {
      expect(await failure(client().models.beginExperiment(id, experiment))).toMatchObject({
        code: 'request_invalid',
      });
    }
    expect((await client().models.get(id)).experiment).toBeNull();
    await client().models.endExperiment(id);
  });
});

describe('a version that is deleted', () => {
  it('is gone for ever, with its places and its number', async () => {
    const id = await modelOf(2, 3);
    await client().models.deleteVersion(id, 2);
    expect(await failure(client().models.version(id, 2))).toBeInstanceOf(NotFoundError);
    expect(await failure(client().models.deleteVersion(id, 2))).toBeInstanceOf(NotFoundError);
    const rows = await gateway.running.db.sql<{ version: number }[]>`
      SELECT DISTINCT version FROM crmbet.player_clusters WHERE model_id = ${id}`;
    expect(rows.map(({ version }) => version)).toEqual([1]);
    const { version, job } = await client().models.trainVersion(id);
    expect(version).toBe(3);
    await client().jobs.wait(job, { pollMs: 20 });
  });

  it('is not one that is served, challenges or is all there is', async () => {
    const id = await modelOf(2, 3);
    await client().models.beginExperiment(id, { challenger: 2, share: 0.5 });
    for (const version of [1, 2])
      expect(await failure(client().models.deleteVersion(id, version))).toMatchObject({
        code: 'version_in_use',
      });
    names += 1;
    const hopeless = await client().models.create({ name: `model ${names}`, k: 64, features });
    await failure(client().jobs.wait(hopeless.job, { pollMs: 20 }));
    expect(await failure(client().models.deleteVersion(hopeless.id, 1))).toMatchObject({
      code: 'version_in_use',
    });
  });
});

describe('a model that a segment reads', () => {
  it('is not deleted, and serves no version that does not say what is read', async () => {
    const id = await modelOf(2);
    const segment = await client().segments.create({
      name: `far from ${id}`,
      rule: { feature: `model:${id}:distance`, op: 'gt', value: 0 },
    });
    expect(await failure(client().models.delete(id))).toMatchObject({
      code: 'model_in_use',
      detail: expect.stringContaining(segment.name),
    });
    // A version that says less than the one that is served: written by hand, as every clustering gives a distance or more.
    const { sql } = gateway.running.db;
    const values = Float32Array.from({ length: 200 }, (_, n) => n % 7);
    const matrix = FeatureMatrix.fromColumns(features, [values, values.map((value) => value * value)]);
    const labels = Uint8Array.from(values, (value, n) => (value + (n % 3) > 4 ? 1 : 0));
    const { model: logistic } = await fitLabel(matrix, labels, { method: 'logistic' });
    await sql`
      INSERT INTO crmbet.model_versions (tenant_id, model_id, version, state, algorithm, parameters, features, feature_versions, seed, fitted, job_id, created_at)
      SELECT tenant_id, model_id, 2, state, 'logistic', parameters, features, feature_versions, seed, ${JSON.stringify(logistic)}::text::jsonb, job_id, created_at
      FROM crmbet.model_versions WHERE model_id = ${id}`;
    for (const attempt of [
      () => client().models.promote(id, 2),
      () => client().models.beginExperiment(id, { challenger: 2, share: 0.5 }),
    ])
      expect(await failure(attempt())).toMatchObject({
        code: 'output_missing',
        detail: expect.stringContaining('distance'),
      });
    expect(await activeOf(id)).toBe(1);

    await client().segments.delete(segment.id);
    await client().models.delete(id);
    expect(await failure(client().models.get(id))).toBeInstanceOf(NotFoundError);
    for (const table of ['model_versions', 'player_clusters', 'player_scores']) {
      const rows = await sql`SELECT 1 FROM ${sql(`crmbet.${table}`)} WHERE model_id = ${id}`;
      expect(rows, table).toHaveLength(0);
    }
  });
});

describe('a segment made during an experiment', () => {
  it('reads nothing that only one of the two versions says', async () => {
    const id = await modelOf(2);
    const { version, job } = await client().models.trainVersion(id, {
      algorithm: 'hdbscan',
      minClusterSize: 5,
    });
    await client().jobs.wait(job, { pollMs: 20 });
    await client().models.beginExperiment(id, { challenger: version, share: 0.5 });
    const reading = (output: string) =>
      client().segments.create({
        name: `${output} of ${id}`,
        rule: { feature: `model:${id}:${output}`, op: 'gte', value: -1 },
      });
    for (const output of ['distance', 'probability'])
      expect(await failure(reading(output))).toMatchObject({ code: 'rule_invalid' });
    await reading('cluster');
    await client().models.endExperiment(id);
    await reading('distance');
  });
});

describe('the file of a version', () => {
  it('is the same for ever, and is not sent to whoever has it', async () => {
    const id = await modelOf(2);
    const path = `/v1/models/${id}/versions/1/model.onnx`;
    const response = await gateway.request(path);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="model-${names}-v1.onnx"`);
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(await client().models.onnx(id, 1)).toEqual(bytes);
    const again = await gateway.request(path, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });
});

describe('models of another tenant', () => {
  it('stay where they are', async () => {
    const neighbour = await gateway.addTenant();
    const theirs = gateway.client(neighbour.secretKey);
    const id = await modelOf(2, 3);
    for (const attempt of [
      () => theirs.models.promote(id, 2),
      () => theirs.models.rollBack(id),
      () => theirs.models.beginExperiment(id, { challenger: 2, share: 0.5 }),
      () => theirs.models.endExperiment(id),
      () => theirs.models.deleteVersion(id, 2),
      () => theirs.models.trainVersion(id),
      () => theirs.models.onnx(id, 1),
      () => theirs.models.drift(id, 1),
      () => theirs.models.compare(id, { base: 1, other: 2 }),
      () => theirs.models.version(id, 1),
    ])
      expect(await failure(attempt())).toBeInstanceOf(NotFoundError);
    expect(await activeOf(id)).toBe(1);
    expect(await client().models.versions(id).toArray({ limit: 10 })).toHaveLength(2);
  });
});

describe('a training of a later version that is cancelled', () => {
  it('leaves the one that is served as it was', async () => {
    const id = await modelOf(2);
    const release = await holdPlayers();
    const { job } = await client().models.trainVersion(id, { algorithm: 'kmeans', k: 3 });
    await eventually(async () => expect((await client().jobs.get(job)).state).toBe('running'));
    await expect(failure(client().models.deleteVersion(id, 2))).resolves.toMatchObject({
      code: 'version_in_use',
    });
    expect(await client().jobs.cancel(job)).toMatchObject({ state: 'cancelled', model: id, version: 2 });
    await release();
    expect((await client().models.version(id, 2)).state).toBe('cancelled');
    expect(await failure(client().models.promote(id, 2))).toMatchObject({ code: 'model_not_ready' });
    expect(await client().models.get(id)).toMatchObject({ activeVersion: 1, state: 'ready' });
    expect((await client().models.clusters(id)).data).toHaveLength(2);
    await client().models.deleteVersion(id, 2);
  });
});

/** Holds what a training reads, so that it is running for as long as the test wants. */
async function holdPlayers(): Promise<() => Promise<void>> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let done: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    done = gateway.running.db.sql
      .begin(async (tx) => {
        await tx`LOCK TABLE crmbet.player_state IN ACCESS EXCLUSIVE MODE`;
        resolve();
        await held;
      })
      .catch(reject);
  });
  return async () => {
    release();
    await done;
  };
}
