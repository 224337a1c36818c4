import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { kmeans } from '../clustering/kmeans.ts';
import { partialFit } from '../clustering/partial-fit.ts';
import { driftBaseline } from '../drift/baseline.ts';
import { FeatureMatrix } from '../matrix.ts';
import { parseModel } from '../models/model.ts';
import { blobs } from '../testing/data.ts';
import reference from '../testing/references/drift.json' with { type: 'json' };
import { type Lineage, lineageOf, parseLineage } from './lineage.ts';
import { engineVersion } from './version.ts';

const matrix = FeatureMatrix.fromRows(
  ['stake', 'bets'],
  [
    [1, 2],
    [3, Number.NaN],
    [5, 6],
  ],
);

async function digestOf(of: FeatureMatrix): Promise<string> {
  return (await lineageOf({ matrix: of })).data.digest;
}

describe('the digest of data', () => {
  it('is that of another implementation', async () => {
    const { names, columns, digest } = reference.digest;
    const read = columns.map((column) => Float32Array.from(column, (value) => value ?? Number.NaN));
    expect(await digestOf(FeatureMatrix.fromColumns(names, read))).toBe(digest);
  });

  it('does not see the order of the columns, the bits of a NaN or the sign of zero', async () => {
    const bits = new Uint32Array([0x7fc00001, 0xffc00000, 0x80000000]);
    const odd = FeatureMatrix.fromColumns(
      ['b', 'a'],
      [new Float32Array(bits.buffer), new Float32Array([1, 2, 3])],
    );
    const even = FeatureMatrix.fromColumns(
      ['a', 'b'],
      [new Float32Array([1, 2, 3]), new Float32Array([Number.NaN, Number.NaN, 0])],
    );
    expect(await digestOf(odd)).toBe(await digestOf(even));
  });

  it('sees every value, every name and the order of the rows', async () => {
    const rows = fc.array(fc.tuple(fc.float({ noNaN: true, min: -1e9, max: 1e9 }), fc.nat(99)), {
      minLength: 2,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (values, at) => {
        const straight = await digestOf(FeatureMatrix.fromRows(['a', 'b'], values));
        const changed = values.map((row, i) => (i === at % values.length ? [row[0], row[1] + 1] : row));
        expect(await digestOf(FeatureMatrix.fromRows(['a', 'b'], changed))).not.toBe(straight);
        expect(await digestOf(FeatureMatrix.fromRows(['a', 'c'], values))).not.toBe(straight);
        expect(await digestOf(FeatureMatrix.fromRows(['b', 'a'], values))).not.toBe(straight);
        const last = values.at(-1) ?? [0, 0];
        expect(await digestOf(FeatureMatrix.fromRows(['a', 'b'], [...values, last]))).not.toBe(straight);
        const turned = await digestOf(FeatureMatrix.fromRows(['a', 'b'], [...values].reverse()));
        if (String(values) !== String([...values].reverse())) expect(turned).not.toBe(straight);
      }),
      { numRuns: 30 },
    );
  });

  it('is of data in shared memory too', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(12));
    shared.set([1, 2, 3]);
    expect(await digestOf(FeatureMatrix.fromColumns(['a'], [shared]))).toBe(
      await digestOf(FeatureMatrix.fromColumns(['a'], [new Float32Array([1, 2, 3])])),
    );
  });

  it('says so where there is no SHA-256', async () => {
    vi.stubGlobal('crypto', {});
    await expect(digestOf(matrix)).rejects.toMatchObject({ code: 'engine_crypto_unavailable' });
    vi.unstubAllGlobals();
  });
});

describe('lineageOf', () => {
  it('keeps what makes a fit repeatable, and nothing of how it was run', async () => {
    const lineage = await lineageOf({
      matrix,
      model: 'mdl_1',
      parameters: {
        transform: { stake: 'log1p' },
        k: 3,
        init: [new Float32Array([1, 2]), [3, 4]],
        signal: new AbortController().signal,
        onProgress: () => undefined,
        pool: undefined,
        workerUrl: new URL('https://example.com/worker.js'),
      },
      seed: 7,
      device: 'simd',
      featureVersions: { stake: 3 },
      metrics: { silhouette: 0.5, inertia: 12 },
      fittedAt: new Date(0),
    });
    expect(JSON.stringify(lineage)).toBe(
      JSON.stringify({
        version: 1,
        model: 'mdl_1',
        engine: packageJson.version,
        data: { digest: lineage.data.digest, rows: 3 },
        features: [
          { name: 'stake', version: '3' },
          { name: 'bets', version: null },
        ],
        parameters: {
          init: [
            [1, 2],
            [3, 4],
          ],
          k: 3,
          transform: { stake: 'log1p' },
        },
        seed: 7,
        device: 'simd',
        metrics: { inertia: 12, silhouette: 0.5 },
        fittedAt: '1970-01-01T00:00:00.000Z',
        baseline: null,
      }),
    );
    expect(parseLineage(JSON.parse(JSON.stringify(lineage)))).toEqual(lineage);
  });

  it('is the same to the byte for the same fit, in whatever order it is told', async () => {
    const one = await lineageOf({ matrix, parameters: { a: 1, b: { c: 2, d: 3 } }, metrics: { x: 1, y: 2 } });
    const two = await lineageOf({ matrix, parameters: { b: { d: 3, c: 2 }, a: 1 }, metrics: { y: 2, x: 1 } });
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
    expect(one).toMatchObject({ model: null, seed: null, device: null, fittedAt: null });
  });

  it.each<[string, object, string]>([
    ['a version of no column', { featureVersions: { age: 1 } }, 'engine_feature_missing'],
    ['a metric that is no number', { metrics: { auc: Number.NaN } }, 'engine_option_invalid'],
    ['an infinite parameter', { parameters: { k: Number.POSITIVE_INFINITY } }, 'engine_option_invalid'],
    ['a bigint', { parameters: { k: 3n } }, 'engine_option_invalid'],
    ['a seed that is no integer', { seed: 0.5 }, 'engine_option_invalid'],
    ['no time', { fittedAt: new Date(Number.NaN) }, 'engine_option_invalid'],
    ['an abort', { signal: AbortSignal.abort() }, 'engine_aborted'],
  ])('refuses %s', async (_, options, code) => {
    await expect(lineageOf({ matrix, ...options })).rejects.toMatchObject({ code });
  });

  it('refuses parameters without an end', async () => {
    const parameters: Record<string, unknown> = {};
    parameters.self = parameters;
    await expect(lineageOf({ matrix, parameters })).rejects.toMatchObject({ code: 'engine_option_invalid' });
    const list: unknown[] = [];
    list.push(list);
    await expect(lineageOf({ matrix, parameters: { list } })).rejects.toMatchObject({
      code: 'engine_option_invalid',
    });
  });

  it('names the version that is published', () => {
    expect(engineVersion).toBe(packageJson.version);
  });
});

describe('parseLineage', () => {
  const { matrix: players } = blobs({ rows: 90, features: 2, groups: 3, seed: 2 });

  it('is part of a model from outside, until the model learns from other data', async () => {
    const { model } = await kmeans(players, { k: 3 });
    const lineage = await lineageOf({
      matrix: players,
      baseline: await driftBaseline(players),
      seed: model.seed,
    });
    const carrying = { ...model, lineage };
    expect(parseModel(JSON.parse(JSON.stringify(carrying)))).toEqual(carrying);
    expect(() => parseModel({ ...model, lineage: { ...lineage, engine: 1 } })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path: 'lineage/engine' } }),
    );
    expect((await partialFit(carrying, players)).model).not.toHaveProperty('lineage');
  });

  const change = (lineage: Lineage, changed: object): object => ({ ...lineage, ...changed });

  it.each<[string, object]>([
    ['lineage/version', { version: 2 }],
    ['lineage/model', { model: '' }],
    ['lineage/engine', { engine: null }],
    ['lineage/data', { data: null }],
    ['lineage/data/digest', { data: { digest: 'sha256:abc', rows: 3 } }],
    ['lineage/data/rows', { data: { digest: `sha256:${'0'.repeat(64)}`, rows: -1 } }],
    ['lineage/features', { features: {} }],
    ['lineage/features/0/name', { features: [{ version: '1' }] }],
    ['lineage/features/0/version', { features: [{ name: 'a', version: 1 }] }],
    ['lineage/parameters', { parameters: [] }],
    ['lineage/parameters', { parameters: { k: Number.NaN } }],
    ['lineage/seed', { seed: '1' }],
    ['lineage/device', { device: 1 }],
    ['lineage/metrics/auc', { metrics: { auc: null } }],
    ['lineage/fittedAt', { fittedAt: 'yesterday' }],
    ['lineage/fittedAt', { fittedAt: '2026-01-01T00:00:00+02:00' }],
    ['lineage/baseline/rows', { baseline: { version: 1, rows: 0, features: [], outputs: [] } }],
  ])('refuses with its path when %s is wrong', async (path, changed) => {
    const lineage = await lineageOf({ matrix });
    expect(() => parseLineage(change(lineage, changed))).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
    );
  });

  it('keeps nothing that it does not know', async () => {
    const lineage = await lineageOf({ matrix });
    expect(parseLineage({ ...lineage, extra: 1 })).toEqual(lineage);
    const hostile: unknown = JSON.parse(`{"parameters":{"__proto__":{"polluted":true}}}`);
    const parsed = parseLineage({ ...lineage, ...(hostile instanceof Object ? hostile : {}) });
    expect(Object.getPrototypeOf(parsed.parameters)).toBe(Object.prototype);
    expect(Object.keys(parsed.parameters)).toEqual(['__proto__']);
  });
});
