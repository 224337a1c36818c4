import { ConflictError, NotFoundError } from '@crmbet/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anImport, onnxBytes, onnxManifest } from '../../testing/an-onnx-model.ts';
import { readProblem } from '../../testing/contract.ts';
import { eventually } from '../../testing/eventually.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
  await gateway
    .client()
    .events.send(
      Array.from({ length: 12 }, (_, n) =>
        anEvent({ player: `p-${n}`, data: { amount: n < 4 ? 900_000 : 1000, currency: 'BRL' } }),
      ),
    );
});
afterAll(() => gateway.stop());

const client = () => gateway.client();
const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
let names = 0;
const fresh = () => {
  names += 1;
  return `brought ${names}`;
};
const bring = (manifest: Record<string, unknown> = onnxManifest, file: Uint8Array = onnxBytes) =>
  client().models.import({ name: fresh(), manifest, file });

describe('a model that is brought', () => {
  it('is served at once, scores everybody, and can be read by segments', async () => {
    const version = await bring();
    expect(version).toMatchObject({
      version: 1,
      state: 'ready',
      role: 'active',
      algorithm: 'onnx',
      features: onnxManifest.features.map(({ name }) => ({ id: name, version: 1 })),
      manifest: { ...onnxManifest, classes: null, class: null, range: null },
      metrics: null,
      lineage: null,
    });
    expect(await client().jobs.get(version.job)).toMatchObject({
      kind: 'import_model',
      state: 'succeeded',
      model: version.model,
      version: 1,
    });
    expect(await client().models.get(version.model)).toMatchObject({ purpose: 'custom', activeVersion: 1 });
    await eventually(async () => {
      const said = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => {
          const { scores } = await client().players.get(`p-${n}`);
          return scores.find(({ model }) => model === version.model)?.outputs.depositor;
        }),
      );
      const [large] = said;
      expect([0, 1]).toContain(large);
      expect(said).toEqual(said.map((_, n) => (n < 4 ? large : 1 - (large ?? 0))));
    });
    const { outputs } = (await client().players.get('p-0')).scores[0] ?? {};
    const segment = await client().segments.create({
      name: fresh(),
      rule: {
        feature: `model:${version.model}:depositor`,
        op: 'eq',
        value: outputs?.depositor ?? -1,
      },
    });
    expect(segment.size).toBe(4);
    // It is given back as it came.
    expect(await client().models.onnx(version.model, 1)).toEqual(onnxBytes);
  });

  it('takes more versions of its own kind, which wait to be promoted', async () => {
    const { model } = await bring();
    const more = { model, manifest: { ...onnxManifest, name: 'The next' }, file: onnxBytes };
    const second = await client().models.import(more);
    expect(second).toMatchObject({ model, version: 2, role: null, manifest: { name: 'The next' } });
    expect((await client().models.compare(model, { base: 1, other: 2 })).outputs).toMatchObject([
      { name: 'depositor', kind: 'label', adjustedRandIndex: 1, agreement: 1 },
    ]);
    expect((await client().models.promote(model, 2)).activeVersion).toBe(2);
    // Nobody here knows how its players were spread, and nobody here can train it.
    expect(await failure(client().models.drift(model, 1))).toMatchObject({ code: 'drift_unknown' });
    expect(await failure(client().models.trainVersion(model))).toMatchObject({ code: 'request_invalid' });
    expect(await failure(client().models.clusters(model))).toMatchObject({ code: 'model_not_ready' });

    const { id, job } = await client().models.create({ name: fresh(), k: 2 });
    await client().jobs.wait(job, { pollMs: 20 });
    expect(await failure(client().models.import({ ...more, model: id }))).toMatchObject({
      code: 'request_invalid',
      errors: [{ pointer: '/model' }],
    });
    const stranger = gateway.client((await gateway.addTenant()).secretKey);
    expect(await failure(stranger.models.import(more))).toBeInstanceOf(NotFoundError);
    expect(await client().models.versions(model).toArray({ limit: 5 })).toHaveLength(2);
  });

  it('has a name of its own, and is taken in once for one key', async () => {
    const name = fresh();
    const once = { idempotencyKey: 'once' };
    const [one, two] = [
      await client().models.import({ name, manifest: onnxManifest, file: onnxBytes }, once),
      await client().models.import({ name, manifest: onnxManifest, file: onnxBytes }, once),
    ];
    expect(two).toEqual(one);
    const again = await failure(client().models.import({ name, manifest: onnxManifest, file: onnxBytes }));
    expect(again).toBeInstanceOf(ConflictError);
    expect(again).toMatchObject({ code: 'name_taken' });
  });
});

describe('a model that does not fit', () => {
  const said = async (manifest: Record<string, unknown>, file?: Uint8Array) => {
    const error = await failure(bring(manifest, file));
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    return error;
  };
  const changed = (at: number) => onnxBytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));

  it.each([
    ['no manifest', {}, '/manifest/version'],
    ['another version of manifests', { ...onnxManifest, version: 2 }, '/manifest/version'],
    ['an unheard-of meaning', { ...onnxManifest, meaning: 'luck' }, '/manifest/meaning'],
    ['a column that cannot be an id', { ...onnxManifest, column: 'No good' }, '/manifest/column'],
    ['another input', { ...onnxManifest, input: 'x' }, '/file'],
    ['another output', { ...onnxManifest, output: 'probability' }, '/file'],
    ['an output of another type', { ...onnxManifest, meaning: 'probability' }, '/file'],
    ['fewer features', { ...onnxManifest, features: onnxManifest.features.slice(1) }, '/file'],
    [
      'a feature that there is not',
      { ...onnxManifest, features: [{ name: 'luck_30d' }, onnxManifest.features[1]] },
      '/manifest/features/0/name',
    ],
    [
      'another version of a feature',
      { ...onnxManifest, features: [{ name: 'deposits_amount_30d', version: 7 }, onnxManifest.features[1]] },
      '/file',
    ],
  ])('is refused with %s', async (_, manifest, pointer) => {
    expect(await said(manifest)).toMatchObject({ code: 'model_file_invalid', errors: [{ pointer }] });
  });

  it('is refused where the file is none', async () => {
    for (const file of [
      Uint8Array.of(1, 2, 3),
      onnxBytes.subarray(0, 100),
      new TextEncoder().encode('not a model'),
      changed(3),
    ])
      expect(await said(onnxManifest, file)).toMatchObject({ code: 'model_file_invalid' });
    for (const file of ['', '!!!', 'AAAA====', `${'A'.repeat(10)} ${'A'.repeat(10)}`]) {
      const response = await gateway.request('/v1/models/import', {
        json: anImport({ name: fresh(), file }),
      });
      expect(await readProblem(response), file).toMatchObject({ code: 'request_invalid' });
    }
  });

  it('is refused where it is too large, before it is read', async () => {
    const response = await gateway.request('/v1/models/import', {
      body: '{}',
      headers: { 'content-length': String(20 * 1024 * 1024) },
    });
    expect(await readProblem(response)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('needs a name or a model, and not both', async () => {
    const model = '00000000-0000-7000-8000-000000000009';
    for (const fields of [{}, { name: 'x', model }]) {
      const response = await gateway.request('/v1/models/import', { json: anImport(fields) });
      expect(await readProblem(response)).toMatchObject({
        code: 'request_invalid',
        errors: [{ pointer: '/name' }],
      });
    }
  });

  it('leaves nothing', async () => {
    const before = await client().models.list().toArray({ limit: 100 });
    await said({ ...onnxManifest, input: 'x' });
    expect(await client().models.list().toArray({ limit: 100 })).toEqual(before);
  });
});
