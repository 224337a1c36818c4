import { describe, expect, it } from 'vitest';
import { type KMeansOptions, kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import { FeatureMatrix } from '../matrix.ts';
import { blobs } from '../testing/data.ts';
import { exportOnnx } from './export.ts';
import { onnxFeatures, readOnnxMetadata } from './metadata.ts';
import { runOnnx } from './run.ts';

const train = blobs({ rows: 2000, features: 5, groups: 4, seed: 21, missing: 0.03 }).matrix;
const fresh = blobs({ rows: 40_001, features: 5, groups: 4, seed: 22, apart: 5, missing: 0.03 }).matrix;

const cutShort = exportOnnx((await kmeans(train, { k: 2 })).model).slice(0, 300);

describe('an exported model in ONNX Runtime', () => {
  it.each<Omit<KMeansOptions, 'k'>>([
    { scaling: 'standard' },
    { scaling: 'robust', transform: 'log1p' },
    { scaling: 'none', transform: { feature_1: 'log1p', feature_4: 'log1p' } },
  ])('gives the labels of predict with %j', async (options) => {
    const { model } = await kmeans(train, { ...options, k: 7, seed: 3 });
    const bytes = exportOnnx(model);
    const ours = await predict(model, fresh);
    const theirs = await runOnnx(bytes, fresh);
    expect(theirs.labels).toEqual(ours.labels);
    expect(new Set(theirs.labels).size).toBeGreaterThan(2);
    theirs.distances.forEach((distance, i) => {
      expect(Math.abs(distance - (ours.distances[i] ?? Number.NaN))).toBeLessThan(
        1e-4 * Math.max(1, distance),
      );
    });
  });

  it('takes one feature and one cluster', async () => {
    const matrix = FeatureMatrix.fromRows(['a'], [[1], [2], [6]]);
    const { model, distances } = await kmeans(matrix, { k: 1, scaling: 'none' });
    const run = await runOnnx(exportOnnx(model), matrix);
    expect(run.labels).toEqual(new Int32Array(3));
    expect(run.distances).toEqual(distances);
    expect([...run.outputs.keys()]).toEqual(['label', 'distance']);
    expect(Array.from(distances)).toEqual([2, 1, 3]);
  });

  it('finds its features by the names in the file', async () => {
    const { model, labels } = await kmeans(train, { k: 4, seed: 3 });
    const bytes = exportOnnx(model);
    expect(onnxFeatures(bytes)).toEqual(train.names);
    expect(readOnnxMetadata(bytes).get('crmbet.algorithm')).toBe('kmeans');
    const reversed = train.select([...train.names].reverse());
    expect((await runOnnx(bytes, reversed)).labels).toEqual(labels);
    await expect(runOnnx(bytes, train.select(['feature_0']))).rejects.toMatchObject({
      code: 'engine_feature_missing',
      details: { feature: 'feature_1' },
    });
  });

  it.each<[string, Uint8Array]>([
    ['text', new TextEncoder().encode('not a model')],
    ['a file cut short', cutShort],
    ['nothing', new Uint8Array(0)],
  ])('is refused when it is %s', async (_, bytes) => {
    await expect(runOnnx(bytes, train, { features: train.names })).rejects.toMatchObject({
      code: 'engine_onnx_invalid',
    });
  });

  it('can be aborted', async () => {
    const { model } = await kmeans(train, { k: 2 });
    const run = runOnnx(exportOnnx(model), train, { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'engine_aborted' });
  });
});
