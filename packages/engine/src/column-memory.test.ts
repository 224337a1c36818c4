import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kmeans } from './clustering/kmeans.ts';
import { predict } from './clustering/predict.ts';
import { FeatureMatrix } from './matrix.ts';
import { blobs } from './testing/data.ts';
import { openPool, type Pool } from './worker/pool.ts';

const devices = ['relaxed', 'simd', 'js'] as const;

function allocated(from: FeatureMatrix): FeatureMatrix {
  return FeatureMatrix.allocate(from.names, from.rowCount, (columns) => {
    columns.forEach((column, j) => {
      column.set(from.column(j));
    });
  });
}

describe('an allocated matrix', () => {
  describe.each(devices)('by %s', (device) => {
    let pool: Pool;
    beforeAll(async () => {
      pool = await openPool({ threads: 2, device });
    });
    afterAll(() => pool.close());

    it.each([1, 7, 8, 9, 8191, 8193, 70_001])('is read as any other, with %i rows', async (rows) => {
      const { matrix } = blobs({ rows, features: 5, groups: 3, seed: rows, missing: rows % 2 ? 0.1 : 0 });
      const here = { device, threads: 0 } as const;
      const { model } = await kmeans(matrix, { k: Math.min(rows, 5), maxIterations: 3, ...here });
      const expected = await predict(model, matrix, here);
      const inPlace = allocated(matrix);
      expect(inPlace.memory?.shared).toBe(true);
      for (const where of [here, { pool }]) {
        expect(await predict(model, inPlace, where)).toEqual(expected);
        const { labels } = await predict(model, inPlace, { ...where, distances: false });
        expect(labels).toEqual(expected.labels);
      }
    });
  });

  it('is fitted as any other, and by columns of it in another order or transformed', async () => {
    const { matrix } = blobs({ rows: 5000, features: 4, groups: 3, seed: 5 });
    const options = { k: 3, threads: 2, transform: { feature_2: 'log1p' } } as const;
    const fitted = await kmeans(matrix, options);
    expect(await kmeans(allocated(matrix), options)).toEqual(fitted);
    const names = ['feature_3', 'feature_0', 'feature_2'];
    for (const transform of ['none', 'log1p'] as const) {
      const { model } = await kmeans(matrix.select(names), { k: 3, transform });
      const expected = await predict(model, matrix, { distances: false });
      expect(await predict(model, allocated(matrix), { distances: false })).toEqual(expected);
    }
  });

  it('serves many predictions at once, more than there is room for', async () => {
    const { matrix } = blobs({ rows: 200_000, features: 3, groups: 4, seed: 6 });
    const inPlace = allocated(matrix);
    const models = await Promise.all(
      [2, 3, 4, 5, 6, 7].map(async (k) => (await kmeans(matrix, { k, maxIterations: 2, threads: 0 })).model),
    );
    const pool = await openPool({ threads: 2 });
    try {
      const jobs = [...models, ...models, ...models, ...models];
      const found = await Promise.all(
        jobs.map((model) => predict(model, inPlace, { pool, distances: false })),
      );
      for (const [i, model] of models.entries()) {
        const alone = await predict(model, matrix, { threads: 0, distances: false });
        for (let j = i; j < found.length; j += models.length) expect(found[j]).toEqual(alone);
      }
    } finally {
      await pool.close();
    }
  });

  it('lends its room again after predictions that were aborted', async () => {
    const { matrix } = blobs({ rows: 140_000, features: 2, groups: 2, seed: 7 });
    const inPlace = allocated(matrix);
    const { model } = await kmeans(matrix, { k: 2, maxIterations: 1, threads: 0 });
    for (let i = 0; i < 20; i++) {
      // Aborted before the second slice.
      let asked = 0;
      const { signal } = new AbortController();
      Object.defineProperty(signal, 'aborted', { get: () => ++asked > 3 });
      const aborted = predict(model, inPlace, { threads: 0, distances: false, signal });
      await expect(aborted).rejects.toMatchObject({ code: 'engine_aborted' });
    }
    expect(inPlace.memory?.takeRoom()).toBeDefined();
  });

  it('has columns of zeros until they are written', () => {
    const empty = FeatureMatrix.allocate(['a', 'b'], 3, () => undefined);
    expect(empty.columns().map((column) => Array.from(column))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(() =>
      FeatureMatrix.allocate(['a'], 1, ([column]) => column?.fill(Number.POSITIVE_INFINITY)),
    ).toThrow(expect.objectContaining({ code: 'engine_matrix_not_finite' }));
  });
});
