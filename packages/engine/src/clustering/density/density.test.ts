import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../../matrix.ts';
import { applyModel } from '../../models/apply.ts';
import { deserializeModel, parseModel, serializeModel } from '../../models/model.ts';
import { blobs, featureNames, samePartition } from '../../testing/data.ts';
import reference from '../../testing/references/density.json' with { type: 'json' };
import { openPool } from '../../worker/pool.ts';
import { adjustedRandIndex } from '../quality/agreement.ts';
import { assignDbscan } from './assign-dbscan.ts';
import { assignHdbscan } from './assign-hdbscan.ts';
import { type DbscanProgress, dbscan } from './dbscan.ts';
import { type HdbscanProgress, hdbscan } from './hdbscan.ts';

const { matrix, truth } = blobs({ rows: 3001, features: 5, groups: 4, seed: 7, apart: 12, missing: 0.01 });

let started = 0;
let liveWorkers = 0;
process.on('worker', (worker: Worker) => {
  started++;
  liveWorkers++;
  worker.once('exit', () => liveWorkers--);
});

const pool = await openPool({ threads: 3 });
afterAll(() => pool.close());

function closeShare(actual: Float32Array, expected: readonly number[]): number {
  return actual.filter((value, i) => Math.abs(value - (expected[i] ?? 9)) < 2e-4).length / actual.length;
}

describe('reference outputs', () => {
  it.each(reference)('of DBSCAN are met on $name', async ({ rows, dbscan: expected }) => {
    const given = FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 0), rows);
    const { eps, minPoints, labels, cores } = expected;
    const ours = await dbscan(given, { eps, minPoints, scaling: 'none' });
    expect(Array.from(ours.corePoints.keys()).filter((row) => ours.corePoints[row] === 1)).toEqual(cores);
    expect(Array.from(ours.labels, (label) => label < 0)).toEqual(labels.map((label) => label < 0));
    const coreLabels = ours.labels.filter((_, row) => ours.corePoints[row] === 1);
    expect(Array.from(coreLabels)).toEqual(cores.map((row) => labels[row]));
    // Border points may belong to another neighbour's cluster.
    expect(await adjustedRandIndex(ours.labels, Int32Array.from(labels))).toBeGreaterThanOrEqual(0.99);
  });

  it.each(reference)('of HDBSCAN are met on $name', async ({ rows, hdbscan: expected }) => {
    const given = FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 0), rows);
    const ours = await hdbscan(given, {
      minClusterSize: expected.minClusterSize,
      minSamples: expected.minSamples,
      clusterSelectionMethod: expected.method === 'leaf' ? 'leaf' : 'eom',
      scaling: 'none',
    });
    expect(await adjustedRandIndex(ours.labels, Int32Array.from(expected.labels))).toBeGreaterThanOrEqual(
      0.99,
    );
    expect(closeShare(ours.probabilities, expected.probabilities)).toBeGreaterThanOrEqual(0.99);
    expect(closeShare(ours.outlierScores, expected.outlierScores)).toBeGreaterThanOrEqual(0.99);
  });
});

describe('a fit', () => {
  it('finds groups that lie apart', async () => {
    const found = await hdbscan(matrix, { minClusterSize: 30 });
    expect(await adjustedRandIndex(found.labels, truth)).toBeGreaterThan(0.9);
    expect(found).toMatchObject({ exact: true, treeRows: 3001 });
    expect(found.model.clusters.map(({ size }) => size)).toHaveLength(4);
    const connected = await dbscan(matrix, { eps: 0.6, minPoints: 5 });
    expect(await adjustedRandIndex(connected.labels, truth)).toBeGreaterThan(0.9);
  });

  it('is the same on every device and with any number of threads', async () => {
    const options = { minClusterSize: 12, minSamples: 6 };
    const { matrix } = blobs({ rows: 1003, features: 5, groups: 4, seed: 7, apart: 2, missing: 0.01 });
    const one = await hdbscan(matrix, { ...options, threads: 0 });
    const two = await dbscan(matrix, { eps: 0.5, minPoints: 6, threads: 0 });
    for (const device of ['simd', 'js'] as const) {
      const { model, ...rest } = await hdbscan(matrix, { ...options, threads: 0, device });
      expect({ ...rest, model: { ...model, device: one.model.device } }).toEqual(one);
      const other = await dbscan(matrix, { eps: 0.5, minPoints: 6, threads: 0, device });
      expect({ ...other, model: { ...other.model, device: two.model.device } }).toEqual(two);
    }
    for (const where of [{ pool }, { threads: 1 }]) {
      expect(await hdbscan(matrix, { ...options, ...where })).toEqual(one);
      expect(await dbscan(matrix, { eps: 0.5, minPoints: 6, ...where })).toEqual(two);
    }
  });

  it('reports its phases in order', async () => {
    const phases: string[] = [];
    const note = ({ phase, share }: HdbscanProgress | DbscanProgress): void => {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
      if (phases.at(-1) !== phase) phases.push(phase);
    };
    await hdbscan(matrix, { minClusterSize: 20, exactRows: 2000, onProgress: note });
    expect(phases.splice(0)).toEqual(['prepare', 'neighbours', 'tree', 'clusters', 'assign']);
    await dbscan(matrix, { eps: 0.5, minPoints: 5, onProgress: note });
    expect(phases).toEqual(['prepare', 'count', 'link', 'assign']);
  });

  it('takes a sample of too many rows, and says so', async () => {
    const whole = await hdbscan(matrix, { minClusterSize: 60, minSamples: 8 });
    const part = await hdbscan(matrix, { minClusterSize: 60, minSamples: 8, exactRows: 1000, seed: 3 });
    expect(part).toMatchObject({ exact: false, treeRows: 1000 });
    expect(part.model).toMatchObject({ rows: 3001, treeRows: 1000, seed: 3 });
    expect(await adjustedRandIndex(part.labels, whole.labels)).toBeGreaterThan(0.85);
    const connected = await dbscan(matrix, { eps: 0.7, minPoints: 9, exactRows: 1500 });
    expect(connected).toMatchObject({ exact: false, treeRows: 1500 });
    expect(await adjustedRandIndex(connected.labels, truth)).toBeGreaterThan(0.85);
  });

  it('may be one cluster where that is allowed', async () => {
    const { matrix: round } = blobs({ rows: 400, features: 2, groups: 1, seed: 5 });
    const none = await hdbscan(round, { minClusterSize: 100 });
    expect(none.labels.every((label) => label === -1)).toBe(true);
    expect(none.model.clusters).toEqual([]);
    const one = await hdbscan(round, { minClusterSize: 100, allowSingleCluster: true });
    expect(one.labels.every((label) => label === 0)).toBe(true);
    const near = await hdbscan(round, {
      minClusterSize: 100,
      minSamples: 5,
      allowSingleCluster: true,
      clusterSelectionEpsilon: 0.3,
    });
    expect(near.labels.filter((label) => label === 0).length).toBeGreaterThan(200);
    expect(near.labels.filter((label) => label === -1).length).toBeGreaterThan(10);
  });

  it('does not tell clusters apart that are nearer than epsilon', async () => {
    const apart = await hdbscan(matrix, { minClusterSize: 30 });
    const together = await hdbscan(matrix, {
      minClusterSize: 30,
      clusterSelectionEpsilon: 50,
      allowSingleCluster: true,
    });
    expect(apart.model.clusters).toHaveLength(4);
    expect(together.model.clusters).toHaveLength(1);
  });
});

describe('rows that repeat', () => {
  const many = FeatureMatrix.fromColumns(
    ['a', 'b'],
    [
      Float32Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? 0 : i % 3 === 1 ? 5 : i / 900)),
      Float32Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? 0 : i % 3 === 1 ? 5 : 40 + (i % 7))),
    ],
  );

  it('by the thousand are clusters of their own', async () => {
    const { labels, probabilities, outlierScores, model } = await hdbscan(many, {
      minClusterSize: 50,
      minSamples: 5,
    });
    expect(new Set(labels.filter((_, i) => i % 3 === 0)).size).toBe(1);
    expect(labels[0]).not.toBe(labels[1]);
    expect(labels[0]).toBeGreaterThanOrEqual(0);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(outlierScores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(parseModel(JSON.parse(serializeModel(model)))).toEqual(model);
    const connected = await dbscan(many, { eps: 0.05, minPoints: 10 });
    expect(new Set(connected.labels.filter((_, i) => i % 3 === 1)).size).toBe(1);
  });

  it('may be all there are', async () => {
    const equal = FeatureMatrix.fromColumns(
      ['a', 'b'],
      [new Float32Array(5000).fill(3), new Float32Array(5000)],
    );
    const { labels } = await hdbscan(equal, { minClusterSize: 10 });
    expect(labels.every((label) => label === -1)).toBe(true);
    const one = await hdbscan(equal, { minClusterSize: 10, allowSingleCluster: true });
    expect(one.labels.every((label) => label === 0)).toBe(true);
    expect(one.probabilities.every((p) => p === 1)).toBe(true);
    const connected = await dbscan(equal, { eps: 1, minPoints: 10 });
    expect(connected.labels.every((label) => label === 0)).toBe(true);
  });
});

describe('new players', () => {
  it('are given to the clusters that the fit gave them to', async () => {
    const fit = await hdbscan(matrix, { minClusterSize: 30, minSamples: 6 });
    const assigned = await assignHdbscan(fit.model, matrix);
    expect(await adjustedRandIndex(assigned.labels, fit.labels)).toBeGreaterThan(0.95);
    const connected = await dbscan(matrix, { eps: 0.6, minPoints: 5 });
    const found = await assignDbscan(connected.model, matrix);
    expect(await adjustedRandIndex(found.labels, connected.labels)).toBeGreaterThan(0.95);
  });

  it('are given exactly as the fit did while every core point is kept', async () => {
    const small = blobs({ rows: 500, features: 3, groups: 3, seed: 2, apart: 5 }).matrix;
    const { model, labels } = await dbscan(small, { eps: 0.5, minPoints: 5 });
    expect((await assignDbscan(model, small)).labels).toEqual(labels);
    expect(new Set(labels).size).toBeGreaterThan(2);
  });

  it('are noise where nobody is', async () => {
    const far = FeatureMatrix.fromRows(matrix.names, [[1e4, 1e4, -1e4, 1e4, 1e4]]);
    const { model } = await hdbscan(matrix, { minClusterSize: 30 });
    expect(await assignHdbscan(model, far)).toEqual({
      labels: Int32Array.of(-1),
      probabilities: Float32Array.of(0),
    });
  });

  it('are given alike by a model that was stored, whatever the threads', async () => {
    for (const { model } of [
      await hdbscan(matrix, { minClusterSize: 30 }),
      await dbscan(matrix, { eps: 0.6, minPoints: 5 }),
    ]) {
      const stored = deserializeModel(serializeModel(model));
      expect(stored).toEqual(model);
      const once = await applyModel(stored, matrix, { threads: 0 });
      expect(await applyModel(model, matrix, { pool })).toEqual(once);
      expect(await applyModel(model, matrix, { device: 'js' })).toEqual(once);
      expect(once.map(({ name }) => name)[0]).toBe('cluster');
    }
  });

  it('are noise to a model without clusters', async () => {
    const sparse = FeatureMatrix.fromRows(['a'], [[1], [5], [9]]);
    const { model, labels } = await dbscan(sparse, { eps: 0.1, minPoints: 2, scaling: 'none' });
    expect(Array.from(labels)).toEqual([-1, -1, -1]);
    const [cluster, distance] = await applyModel(model, sparse);
    expect(Array.from(cluster?.values ?? [])).toEqual([-1, -1, -1]);
    expect(Array.from(distance?.values ?? [])).toEqual(new Array(3).fill(Number.POSITIVE_INFINITY));
  });

  it('are refused when the model is not one', async () => {
    const { model } = await hdbscan(matrix, { minClusterSize: 30 });
    const broken: [string, unknown][] = [
      ['members/points', { ...model, members: { ...model.members, points: 'AAAA' } }],
      ['members/points', { ...model, members: { ...model.members, points: '%' } }],
      ['members/clusters/0', { ...model, members: { ...model.members, clusters: [99] } }],
      ['clusters/0/reach', { ...model, clusters: [{ ...model.clusters[0], reach: 'far' }] }],
      ['device', { ...model, device: 'abacus' }],
    ];
    for (const [path, value] of broken) {
      expect(() => parseModel(value)).toThrow(
        expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
      );
    }
  });
});

describe('what cannot be', () => {
  const tiny = FeatureMatrix.fromRows(
    ['a', 'b'],
    [
      [1, 2],
      [3, 4],
      [5, Number.NaN],
    ],
  );

  it.each([
    { eps: 0, minPoints: 2 },
    { eps: -1, minPoints: 2 },
    { eps: Number.NaN, minPoints: 2 },
    { eps: Number.POSITIVE_INFINITY, minPoints: 2 },
    { eps: 1, minPoints: 0 },
    { eps: 1, minPoints: 1.5 },
    { eps: 1, minPoints: 4 },
    { eps: 1, minPoints: 2, exactRows: 1 },
    { eps: 1, minPoints: 2, seed: 0.5 },
  ])('is refused by DBSCAN with a code: %j', async (options) => {
    await expect(dbscan(tiny, options)).rejects.toMatchObject({ code: 'engine_option_invalid' });
  });

  it.each([
    { minClusterSize: 1 },
    { minClusterSize: 4 },
    { minClusterSize: 2, minSamples: 0 },
    { minClusterSize: 2, minSamples: 4 },
    { minClusterSize: 2, clusterSelectionEpsilon: -1 },
    { minClusterSize: 2, clusterSelectionEpsilon: Number.NaN },
    { minClusterSize: 2, clusterSelectionMethod: 'best' as never },
  ])('is refused by HDBSCAN with a code: %j', async (options) => {
    await expect(hdbscan(tiny, options)).rejects.toMatchObject({ code: 'engine_option_invalid' });
  });

  it('is no rows, or values too far away', async () => {
    const empty = FeatureMatrix.fromColumns(['a'], [new Float32Array(0)]);
    await expect(hdbscan(empty, { minClusterSize: 2 })).rejects.toMatchObject({
      code: 'engine_matrix_empty',
    });
    await expect(dbscan(empty, { eps: 1, minPoints: 1 })).rejects.toMatchObject({
      code: 'engine_matrix_empty',
    });
    const huge = FeatureMatrix.fromRows(['a'], [[1e30], [-1e30], [0]]);
    await expect(dbscan(huge, { eps: 1, minPoints: 1, scaling: 'none' })).rejects.toMatchObject({
      code: 'engine_matrix_out_of_range',
    });
  });

  it('is not one row, or a column that says nothing', async () => {
    const one = FeatureMatrix.fromRows(['a'], [[4]]);
    const { labels } = await dbscan(one, { eps: 1, minPoints: 1 });
    expect(Array.from(labels)).toEqual([0]);
    await expect(hdbscan(one, { minClusterSize: 2 })).rejects.toMatchObject({
      code: 'engine_option_invalid',
    });
    const with0 = FeatureMatrix.fromColumns(
      [...matrix.names, 'constant', 'missing'],
      [...matrix.columns(), new Float32Array(3001).fill(9), new Float32Array(3001).fill(Number.NaN)],
    );
    const plain = await hdbscan(matrix, { minClusterSize: 30 });
    expect(samePartition((await hdbscan(with0, { minClusterSize: 30 })).labels, plain.labels)).toBe(true);
  });
});

describe('an abort', () => {
  it.each([0, 2])('in the middle, with %i threads, rejects and leaves no worker', async (threads) => {
    const before = liveWorkers;
    for (const phase of ['prepare', 'neighbours', 'tree'] as const) {
      const controller = new AbortController();
      const fit = hdbscan(matrix, {
        minClusterSize: 10,
        threads,
        signal: controller.signal,
        onProgress: (progress) => progress.phase === phase && controller.abort(new Error('enough')),
      });
      await expect(fit).rejects.toMatchObject({ code: 'engine_aborted', cause: { message: 'enough' } });
    }
    const controller = new AbortController();
    const fit = dbscan(matrix, {
      eps: 0.5,
      minPoints: 5,
      threads,
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'link' && controller.abort(),
    });
    await expect(fit).rejects.toMatchObject({ code: 'engine_aborted' });
    expect(started).toBeGreaterThanOrEqual(threads);
    expect(liveWorkers).toBe(before);
  });
});
