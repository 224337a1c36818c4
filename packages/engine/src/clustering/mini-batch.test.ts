import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { deserializeModel, serializeModel } from '../models/model.ts';
import { blobs, samePartition } from '../testing/data.ts';
import { type KMeansProgress, kmeans } from './kmeans.ts';
import { type MiniBatchOptions, miniBatchKMeans } from './mini-batch.ts';
import { predict } from './predict.ts';

const { matrix } = blobs({ rows: 4000, features: 4, groups: 5, seed: 8, apart: 1.5, missing: 0.02 });

describe('miniBatchKMeans', () => {
  it.each(['relaxed', 'simd', 'js'] as const)('finds groups that are apart on %s', async (device) => {
    const apart = blobs({ rows: 5001, features: 5, groups: 6, seed: 4 });
    const { labels, model } = await miniBatchKMeans(apart.matrix, { k: 6, device, batchSize: 256 });
    expect(samePartition(labels, apart.truth)).toBe(true);
    expect(model).toMatchObject({ k: 6, device, converged: true, features: apart.matrix.names });
    expect(model.sizes.reduce((sum, size) => sum + size, 0)).toBe(5001);
  });

  it('comes close to the inertia of kmeans', async () => {
    const full = await kmeans(matrix, { k: 8, initializations: 5 });
    const ratios: number[] = [];
    for (let seed = 1; seed <= 5; seed++) {
      const { model } = await miniBatchKMeans(matrix, { k: 8, seed, batchSize: 512 });
      ratios.push(model.inertia / full.model.inertia);
    }
    expect(Math.min(...ratios)).toBeLessThan(1.05);
    expect(Math.max(...ratios)).toBeLessThan(1.15);
  });

  it('repeats for a seed, and differs for another', async () => {
    const options = { k: 5, batchSize: 100, maxIterations: 20 };
    const first = await miniBatchKMeans(matrix, { ...options, seed: 3 });
    expect(await miniBatchKMeans(matrix, { ...options, seed: 3 })).toEqual(first);
    const other = await miniBatchKMeans(matrix, { ...options, seed: 4 });
    expect(other.model.centroids).not.toEqual(first.model.centroids);
  });

  it('labels every row by its model, which is plain data like any other', async () => {
    const { model, labels, distances } = await miniBatchKMeans(matrix, { k: 5 });
    expect(await predict(model, matrix)).toEqual({ labels, distances });
    expect(deserializeModel(serializeModel(model))).toEqual(model);
    expect(model.sizes).toEqual(model.sizes.map((_, c) => labels.filter((label) => label === c).length));
    const inertia = distances.reduce((sum, distance) => sum + distance * distance, 0);
    expect(model.inertia / inertia).toBeCloseTo(1, 5);
    // Every row of every batch has weighed on one centroid; one that started again has lost some.
    const drawn = model.iterations * 1024;
    const weight = model.weights?.reduce((sum, value) => sum + value, 0) ?? 0;
    expect(weight).toBeGreaterThan(drawn * 0.9);
    expect(weight).toBeLessThan(drawn * 1.1);
  });

  it('starts a starved cluster again, unless it is told not to', async () => {
    // A row so far off that k-means++ all but always starts from it.
    const values = Float32Array.from({ length: 5000 }, (_, i) => (i % 2 ? 10 : -10) + (i % 7) / 7);
    values[17] = 5000;
    const stray = FeatureMatrix.fromColumns(['a'], [values]);
    const fed = await miniBatchKMeans(stray, { k: 2, scaling: 'none' });
    expect(Math.min(...fed.model.sizes)).toBeGreaterThan(2400);
    const starved = await miniBatchKMeans(stray, { k: 2, scaling: 'none', reassignment: 0 });
    expect(Math.min(...starved.model.sizes)).toBe(1);
  });

  it('keeps a small cluster that has rows in most batches', async () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => (i < 50 ? 1000 : 0) + (i % 9));
    const { model } = await miniBatchKMeans(FeatureMatrix.fromColumns(['a'], [values]), { k: 2 });
    expect([...model.sizes].sort()).toEqual([4950, 50].sort());
  });

  it('copes with fewer rows than a batch, fewer different rows than clusters, and batches of one', async () => {
    const few = FeatureMatrix.fromRows(
      ['a', 'b'],
      [...Array(9).keys()].map((i) => [i % 2, i % 2]),
    );
    const same = await miniBatchKMeans(few, { k: 4 });
    expect(same.model.inertia).toBe(0);
    expect([...same.model.sizes].sort()).toEqual([0, 0, 4, 5]);
    const single = await miniBatchKMeans(few, { k: 2, batchSize: 1, maxIterations: 50 });
    expect([...single.model.sizes].sort()).toEqual([4, 5]);
  });

  it('reports each phase, and ends when it is told to', async () => {
    const seen: KMeansProgress[] = [];
    const { model } = await miniBatchKMeans(matrix, { k: 6, onProgress: (progress) => seen.push(progress) });
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['prepare', 'seed', 'iterate', 'finish']);
    expect(seen.filter(({ phase }) => phase === 'iterate')).toHaveLength(model.iterations);
    const controller = new AbortController();
    const stopped = miniBatchKMeans(matrix, {
      k: 6,
      signal: controller.signal,
      onProgress: ({ iteration }) => iteration === 3 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
  });

  it.each<[string, Partial<MiniBatchOptions>, string]>([
    ['k 0', { k: 0 }, 'engine_k_invalid'],
    ['more clusters than rows', { k: 4001 }, 'engine_k_too_large'],
    ['an empty batch', { batchSize: 0 }, 'engine_option_invalid'],
    ['no batches', { maxIterations: 0 }, 'engine_option_invalid'],
    ['no patience', { patience: 0.5 }, 'engine_option_invalid'],
    ['a reassignment of 1', { reassignment: 1 }, 'engine_option_invalid'],
    ['a seed that is no integer', { seed: 0.5 }, 'engine_option_invalid'],
  ])('refuses %s', async (_, options, code) => {
    await expect(miniBatchKMeans(matrix, { k: 3, ...options })).rejects.toMatchObject({ code });
  });
});
