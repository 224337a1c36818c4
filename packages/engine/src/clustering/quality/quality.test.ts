import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../../matrix.ts';
import { fitScaling } from '../../scaling.ts';
import { blobs, featureNames } from '../../testing/data.ts';
import { scaledRows, squaredDistance } from '../../testing/reference.ts';
import references from '../../testing/references/quality.json' with { type: 'json' };
import { kmeans } from '../kmeans.ts';
import { calinskiHarabasz, daviesBouldin } from './criteria.ts';
import { silhouette } from './silhouette.ts';

const devices = ['relaxed', 'simd', 'js'] as const;

function matrixOf(rows: readonly number[][]): FeatureMatrix {
  return FeatureMatrix.fromRows(featureNames(rows[0]?.length ?? 1), rows);
}

describe.each(references.clusterings)('the quality of $name', (reference) => {
  const matrix = matrixOf(reference.rows);
  const labels = Int32Array.from(reference.labels);
  const scaling = fitScaling(matrix, { scaling: reference.scaled ? 'standard' : 'none' });

  it.each(devices)('has the silhouettes of scikit-learn on %s', async (device) => {
    const { mean, standardError, values, sampled, clusters } = await silhouette(matrix, labels, {
      scaling,
      device,
    });
    expect(mean).toBeCloseTo(reference.silhouette, 5);
    expect({ standardError, sampled }).toEqual({ standardError: 0, sampled: labels.length });
    reference.silhouettes.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5);
    });
    for (const { cluster, size, mean: own } of clusters) {
      const members = reference.silhouettes.filter((_, i) => labels[i] === cluster);
      expect(size).toBe(members.length);
      expect(own).toBeCloseTo(members.reduce((sum, value) => sum + value, 0) / size, 5);
    }
  });

  it('has the indices of scikit-learn', async () => {
    const db = await daviesBouldin(matrix, labels, { scaling });
    const ch = await calinskiHarabasz(matrix, labels, { scaling });
    expect(db / reference.daviesBouldin).toBeCloseTo(1, 5);
    expect(ch / reference.calinskiHarabasz).toBeCloseTo(1, 5);
  });
});

describe('silhouette', () => {
  it('is that of a plain float64 loop over ragged blocks and missing values', async () => {
    const { matrix, truth } = blobs({ rows: 2311, features: 3, groups: 1, seed: 4, missing: 0.1 });
    const labels = truth.map((_, i) => (i < 2100 ? 0 : 1 + (i % 2)));
    const scaling = fitScaling(matrix);
    const rows = scaledRows(matrix, scaling);
    const { values } = await silhouette(matrix, labels, { scaling });
    for (const i of [0, 7, 2099, 2100, 2310]) {
      const sums = [0, 0, 0];
      const counts = [0, 0, 0];
      rows.forEach((row, other) => {
        const c = labels[other] ?? 0;
        sums[c] = (sums[c] ?? 0) + Math.sqrt(squaredDistance(row, rows[i] ?? []));
        counts[c] = (counts[c] ?? 0) + (other === i ? 0 : 1);
      });
      const means = sums.map((sum, c) => sum / (counts[c] ?? 1));
      const own = means[labels[i] ?? 0] ?? 0;
      const nearest = Math.min(...means.filter((_, c) => c !== labels[i]));
      expect(values[i]).toBeCloseTo((nearest - own) / Math.max(nearest, own), 5);
    }
  });

  it('of a sample lies within its standard error of the whole, and repeats', async () => {
    const { matrix } = blobs({ rows: 3000, features: 4, groups: 4, seed: 6, apart: 1 });
    const { labels } = await kmeans(matrix, { k: 5, seed: 1 });
    const whole = await silhouette(matrix, labels);
    const errors: number[] = [];
    for (let seed = 1; seed <= 30; seed++) {
      const sampled = await silhouette(matrix, labels, { sample: 300, seed });
      expect(sampled.sampled).toBeGreaterThan(290);
      expect(sampled.sampled).toBeLessThan(320);
      errors.push((sampled.mean - whole.mean) / sampled.standardError);
      sampled.values.forEach((value, row) => {
        if (!Number.isNaN(value)) expect(value).toBe(whole.values[row]);
      });
    }
    // Standard normal, if the standard error is what it says.
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(spread).toBeGreaterThan(0.6);
    expect(spread).toBeLessThan(1.5);
    const again = await silhouette(matrix, labels, { sample: 300, seed: 30 });
    expect(await silhouette(matrix, labels, { sample: 300, seed: 30 })).toEqual(again);
  });

  it('gives a small cluster its part of a sample', async () => {
    const { matrix } = blobs({ rows: 2000, features: 2, groups: 2, seed: 1 });
    const labels = Int32Array.from({ length: 2000 }, (_, i) => (i < 40 ? 3 : 0));
    const { clusters } = await silhouette(matrix, labels, { sample: 200 });
    expect(clusters.map(({ cluster, sampled }) => [cluster, sampled])).toEqual([
      [0, 196],
      [3, 30],
    ]);
  });

  it('reports how far it is, and ends when it is told to', async () => {
    const { matrix, truth } = blobs({ rows: 4000, features: 4, groups: 4, seed: 6 });
    const done: number[] = [];
    await silhouette(matrix, truth, { onProgress: (progress) => done.push(progress.done) });
    expect(done).toEqual([0.25, 0.5, 0.75, 1]);
    const controller = new AbortController();
    const stopped = silhouette(matrix, truth, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
    await expect(silhouette(matrix, truth, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });
});

describe('clusters that cannot be judged', () => {
  const matrix = matrixOf([
    [0, 1],
    [0, 2],
    [9, 8],
    [9, 9],
  ]);
  const criteria = [silhouette, daviesBouldin, calinskiHarabasz];

  it.each<[string, FeatureMatrix, number[], string]>([
    ['a label too few', matrix, [0, 0, 1], 'engine_labels_mismatch'],
    ['a label below noise', matrix, [0, 0, 1, -2], 'engine_labels_mismatch'],
    ['one cluster', matrix, [1, 1, 1, 1], 'engine_one_cluster'],
    ['one cluster and noise', matrix, [1, 1, 1, -1], 'engine_one_cluster'],
    ['noise only', matrix, [-1, -1, -1, -1], 'engine_one_cluster'],
    ['no rows', FeatureMatrix.fromRows(['a'], []), [], 'engine_one_cluster'],
    ['a cluster a row', matrix, [0, 1, 2, 3], 'engine_k_too_large'],
    ['a constant matrix', matrixOf([[5], [5], [5]]), [0, 0, 1], 'engine_matrix_constant'],
    [
      'nothing known',
      matrixOf([[Number.NaN], [Number.NaN], [Number.NaN]]),
      [0, 0, 1],
      'engine_matrix_constant',
    ],
  ])('are refused: %s', async (_, judged, labels, code) => {
    for (const criterion of criteria) {
      await expect(criterion(judged, Int32Array.from(labels))).rejects.toMatchObject({ code });
    }
  });

  it('are refused with a scaling of another width', async () => {
    const scaling = fitScaling(matrixOf([[1], [2]]));
    for (const criterion of criteria) {
      await expect(criterion(matrix, Int32Array.of(0, 0, 1, 1), { scaling })).rejects.toMatchObject({
        code: 'engine_matrix_shape',
      });
    }
  });

  it('are refused when distances would overflow', async () => {
    const huge = matrixOf([[1e30], [-1e30], [0]]);
    const scaling = fitScaling(huge, { scaling: 'none' });
    await expect(silhouette(huge, Int32Array.of(0, 0, 1), { scaling })).rejects.toMatchObject({
      code: 'engine_matrix_out_of_range',
    });
  });

  it.each([0, 1.5, Number.NaN])('are refused with a sample of %d', async (sample) => {
    await expect(silhouette(matrix, Int32Array.of(0, 0, 1, 1), { sample })).rejects.toMatchObject({
      code: 'engine_option_invalid',
    });
  });
});

describe('clusters at their limits', () => {
  it('that are points, or share a centroid, have infinite indices', async () => {
    const points = matrixOf([[0], [0], [1], [1]]);
    const labels = Int32Array.of(0, 0, 1, 1);
    expect(await calinskiHarabasz(points, labels)).toBe(Number.POSITIVE_INFINITY);
    expect(await daviesBouldin(points, labels)).toBe(0);
    const rings = matrixOf([[-1], [1], [-2], [2]]);
    expect(await daviesBouldin(rings, labels)).toBe(Number.POSITIVE_INFINITY);
    expect(await calinskiHarabasz(rings, labels)).toBe(0);
  });

  it('that lie on each other have silhouettes of 0', async () => {
    const same = matrixOf([[1], [1], [1], [1], [7]]);
    const { clusters } = await silhouette(same, Int32Array.of(0, 0, 1, 1, 2));
    expect(clusters.map(({ mean }) => mean)).toEqual([0, 0, 0]);
  });
});
