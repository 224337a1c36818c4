import { describe, expect, it } from 'vitest';
import type { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { blobs, samePartition } from '../testing/data.ts';
import { nearest, scaledRows, squaredDistance } from '../testing/reference.ts';
import { type KMeansOptions, type KMeansProgress, kmeans } from './kmeans.ts';
import { centroidsInUnits } from './kmeans-model.ts';

const devices = ['relaxed', 'simd', 'js'] as const;

describe.each(devices)('kmeans on %s', (device) => {
  it('finds groups that are apart', async () => {
    const { matrix, truth } = blobs({ rows: 3001, features: 5, groups: 6, seed: 4 });
    const { labels, model } = await kmeans(matrix, { k: 6, seed: 2, device });
    expect(samePartition(labels, truth)).toBe(true);
    expect(model).toMatchObject({ k: 6, converged: true, device, features: matrix.names });
    expect(model.sizes.reduce((sum, size) => sum + size, 0)).toBe(3001);
  });

  it('ends where every centroid is the mean of its rows, and every row is with its nearest', async () => {
    const { matrix } = blobs({ rows: 700, features: 3, groups: 4, seed: 9, apart: 1 });
    const { model, labels, distances } = await kmeans(matrix, { k: 5, device, tolerance: 0 });
    const rows = scaledRows(matrix, model.scaling);
    let inertia = 0;
    rows.forEach((row, i) => {
      const own = squaredDistance(row, model.centroids[labels[i] ?? -1] ?? []);
      expect(own).toBeLessThanOrEqual(
        squaredDistance(row, model.centroids[nearest(row, model.centroids)] ?? []) + 1e-5,
      );
      expect(distances[i]).toBeCloseTo(Math.sqrt(own), 4);
      inertia += own;
    });
    expect(model.inertia).toBeCloseTo(inertia, 2);
    model.centroids.forEach((centroid, k) => {
      const members = rows.filter((_, i) => labels[i] === k);
      expect(model.sizes[k]).toBe(members.length);
      centroid.forEach((value, j) => {
        const mean = members.reduce((sum, row) => sum + (row[j] ?? 0), 0) / members.length;
        expect(value).toBeCloseTo(mean, 5);
      });
    });
  });

  it('clusters rows with missing values', async () => {
    const { matrix, truth } = blobs({ rows: 600, features: 8, groups: 3, seed: 5, apart: 12, missing: 0.05 });
    const { labels } = await kmeans(matrix, { k: 3, initializations: 5, device });
    const complete = [...labels.keys()].filter((row) => !matrix.row(row).includes(Number.NaN));
    expect(complete.length).toBeGreaterThan(300);
    expect(complete.length).toBeLessThan(500);
    const of = (all: Int32Array): Int32Array => Int32Array.from(complete, (row) => all[row] ?? -1);
    expect(samePartition(of(labels), of(truth))).toBe(true);
  });

  it('gives an empty cluster the farthest row', async () => {
    const matrix = FeatureMatrix.fromRows(['a'], [[0], [1], [2], [100], [101], [500]]);
    // Two of the three start where no row is nearest.
    const { model, labels } = await kmeans(matrix, {
      k: 3,
      init: [[1], [-9000], [-9001]],
      scaling: 'none',
      device,
    });
    expect(model.sizes.every((size) => size > 0)).toBe(true);
    expect(samePartition(labels, new Int32Array([0, 0, 0, 1, 1, 2]))).toBe(true);
  });

  it('leaves clusters empty when there are fewer different rows', async () => {
    const matrix = FeatureMatrix.fromRows(
      ['a', 'b'],
      [...Array(9).keys()].map((i) => [i % 2, i % 2]),
    );
    const { model, labels } = await kmeans(matrix, { k: 4, device });
    expect(model.inertia).toBe(0);
    expect([...model.sizes].sort()).toEqual([0, 0, 4, 5]);
    expect(new Set(labels).size).toBe(2);
  });

  it('makes every row its own cluster when k is their number', async () => {
    const { matrix } = blobs({ rows: 9, features: 2, groups: 9, seed: 3 });
    const { model } = await kmeans(matrix, { k: 9, device });
    expect(model.inertia).toBeCloseTo(0, 9);
    expect(model.sizes).toEqual(new Array(9).fill(1));
  });
});

describe('kmeans', () => {
  const { matrix } = blobs({ rows: 500, features: 4, groups: 3, seed: 8, apart: 2 });

  it('repeats for a seed', async () => {
    const first = await kmeans(matrix, { k: 7, seed: 41 });
    const second = await kmeans(matrix, { k: 7, seed: 41 });
    expect(second).toEqual(first);
  });

  it('keeps the best of several starts', async () => {
    const worst = await kmeans(matrix, { k: 9, seed: 1 });
    const best = await kmeans(matrix, { k: 9, seed: 1, initializations: 12 });
    expect(best.model.inertia).toBeLessThan(worst.model.inertia);
  });

  it('does not let a whale be a cluster of its own when it is told that money is heavy-tailed', async () => {
    const stakes = Float32Array.from({ length: 200 }, (_, i) => (i % 2 ? 10 + (i % 7) : 1000 + i));
    stakes[0] = 50_000_000;
    const money = FeatureMatrix.fromColumns(['stake'], [stakes]);
    expect((await kmeans(money, { k: 2 })).model.sizes).toContain(1);
    const { model, labels } = await kmeans(money, { k: 2, transform: 'log1p' });
    expect([...model.sizes].sort()).toEqual([100, 100]);
    const low = centroidsInUnits(model)[labels[1] ?? 0]?.[0] ?? Number.NaN;
    expect(low).toBeGreaterThan(10);
    expect(low).toBeLessThan(17);
  });

  it('reports each phase, with an inertia that never rises', async () => {
    const seen: KMeansProgress[] = [];
    const { model } = await kmeans(matrix, { k: 6, seed: 3, tolerance: 0, onProgress: (p) => seen.push(p) });
    expect([...new Set(seen.map((p) => p.phase))]).toEqual(['prepare', 'seed', 'iterate', 'finish']);
    const inertias = seen.filter((p) => p.phase === 'iterate').map((p) => p.inertia ?? Number.NaN);
    expect(inertias).toHaveLength(model.iterations);
    inertias.slice(1).forEach((inertia, i) => {
      expect(inertia).toBeLessThanOrEqual((inertias[i] ?? 0) * (1 + 1e-6));
    });
    expect(inertias.at(-1)).toBeCloseTo(model.inertia, 1);
  });

  it.each<[string, Partial<KMeansOptions>, EngineError['code']]>([
    ['k 0', { k: 0 }, 'engine_k_invalid'],
    ['k 2.5', { k: 2.5 }, 'engine_k_invalid'],
    ['k NaN', { k: Number.NaN }, 'engine_k_invalid'],
    ['more clusters than rows', { k: 501 }, 'engine_k_too_large'],
    ['a seed that is no integer', { seed: 0.5 }, 'engine_option_invalid'],
    ['no iterations', { maxIterations: 0 }, 'engine_option_invalid'],
    ['a negative tolerance', { tolerance: -1 }, 'engine_option_invalid'],
    ['no starts', { initializations: 0 }, 'engine_option_invalid'],
    ['a start of another shape', { init: [[1, 2, 3, 4]] }, 'engine_option_invalid'],
    ['a start with a value missing', { k: 1, init: [[1, Number.NaN, 3, 4]] }, 'engine_option_invalid'],
    ['too many threads', { threads: 65 }, 'engine_option_invalid'],
    ['a fraction of a thread', { threads: 1.5 }, 'engine_option_invalid'],
  ])('refuses %s', async (_, options, code) => {
    await expect(kmeans(matrix, { k: 3, ...options })).rejects.toMatchObject({ name: 'EngineError', code });
  });

  it('refuses a matrix without rows', async () => {
    await expect(kmeans(FeatureMatrix.fromRows(['a'], []), { k: 1 })).rejects.toMatchObject({
      code: 'engine_k_too_large',
    });
  });
});
