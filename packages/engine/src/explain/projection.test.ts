import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling } from '../scaling.ts';
import { blobs, normal } from '../testing/data.ts';
import { symmetricEigen } from './eigen.ts';
import { project2d, projectPoints } from './projection.ts';

describe('symmetricEigen', () => {
  it('gives vectors that the matrix only stretches, orthonormal, largest first', () => {
    const n = 7;
    const random = seededRandom(3);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = normal(random);
        matrix[i * n + j] = value;
        matrix[j * n + i] = value;
      }
    }
    const { values, vectors } = symmetricEigen(matrix, n);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    vectors.forEach((vector, e) => {
      for (let i = 0; i < n; i++) {
        let product = 0;
        for (let j = 0; j < n; j++) product += (matrix[i * n + j] ?? 0) * (vector[j] ?? 0);
        expect(product).toBeCloseTo((values[e] ?? 0) * (vector[i] ?? 0), 9);
      }
      vectors.forEach((other, f) => {
        const dot = vector.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);
        expect(dot).toBeCloseTo(e === f ? 1 : 0, 9);
      });
    });
  });
});

describe('project2d', () => {
  it('keeps distances when the rows lie on a plane', async () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 50 }, () => {
      const [u, v] = [normal(random) * 3, normal(random)];
      return [u + v, u - v, 2 * u, 3 * v];
    });
    const matrix = FeatureMatrix.fromRows(['a', 'b', 'c', 'd'], rows);
    const scaling = fitScaling(matrix, { scaling: 'none' });
    const { x, y, plane } = await project2d(matrix, { scaling });
    expect(plane.explained[0] + plane.explained[1]).toBeCloseTo(1, 6);
    expect(plane.explained[0]).toBeGreaterThan(plane.explained[1]);
    for (let i = 1; i < rows.length; i++) {
      const direct = Math.hypot(...(rows[i] ?? []).map((value, j) => value - (rows[0]?.[j] ?? 0)));
      expect(Math.hypot((x[i] ?? 0) - (x[0] ?? 0), (y[i] ?? 0) - (y[0] ?? 0))).toBeCloseTo(direct, 3);
    }
  });

  it('points each axis to where its largest loading is positive', async () => {
    const { matrix } = blobs({ rows: 200, features: 5, groups: 3, seed: 4 });
    const flipped = FeatureMatrix.fromColumns(
      matrix.names,
      matrix.columns().map((column) => column.map((value) => -value)),
    );
    const straight = await project2d(matrix);
    for (const axis of straight.plane.axes) {
      expect(Math.max(...axis)).toBe(Math.max(...axis.map(Math.abs)));
    }
    // Mirrored data give the mirrored picture on the same axes.
    const mirrored = await project2d(flipped);
    straight.x.forEach((value, i) => {
      expect(mirrored.x[i]).toBeCloseTo(-value, 4);
    });
  });

  it('puts centroids where the mean of their rows is', async () => {
    const { matrix } = blobs({ rows: 300, features: 6, groups: 3, seed: 11, missing: 0.02 });
    const { model, labels } = await kmeans(matrix, { k: 3, tolerance: 0, transform: { feature_2: 'log1p' } });
    const { x, plane } = await project2d(matrix, { scaling: model.scaling });
    const centers = projectPoints(plane, model.centroids);
    for (let k = 0; k < 3; k++) {
      const members = Array.from(x).filter((_, i) => labels[i] === k);
      expect(centers.x[k]).toBeCloseTo(members.reduce((sum, value) => sum + value, 0) / members.length, 3);
    }
  });

  it('draws one feature as a line, equal rows as a point, and no rows as nothing', async () => {
    const line = await project2d(FeatureMatrix.fromRows(['a'], [[1], [2], [3]]));
    expect(line.plane.explained).toEqual([1, 0]);
    expect(Array.from(line.y)).toEqual([0, 0, 0]);
    const point = await project2d(
      FeatureMatrix.fromRows(
        ['a', 'b'],
        [
          [4, 4],
          [4, 4],
        ],
      ),
    );
    expect([...point.x, ...point.y]).toEqual([0, 0, 0, 0]);
    expect(point.plane.explained).toEqual([0, 0]);
    expect((await project2d(FeatureMatrix.fromRows(['a'], []))).x).toHaveLength(0);
  });

  it('can be aborted', async () => {
    const { matrix } = blobs({ rows: 10, features: 2, groups: 1, seed: 1 });
    await expect(project2d(matrix, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });
});
