import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import { exportOnnx } from '../onnx/export.ts';
import { readOnnxMetadata } from '../onnx/metadata.ts';
import { blobs } from '../testing/data.ts';
import { openPool } from './pool.ts';

const { matrix } = blobs({ rows: 10_007, features: 6, groups: 5, seed: 12, apart: 1 });

describe('web workers', () => {
  it('give what the page itself gives', async () => {
    const alone = await kmeans(matrix, { k: 8, seed: 5, threads: 0 });
    expect(alone.model.device).toBe('relaxed');
    for (const threads of [1, 3]) expect(await kmeans(matrix, { k: 8, seed: 5, threads })).toEqual(alone);
    const predicted = await predict(alone.model, matrix, { threads: 2 });
    expect(predicted).toEqual({ labels: alone.labels, distances: alone.distances });
  });

  it('leave the page free to paint while they work', async () => {
    const { matrix: large } = blobs({ rows: 60_000, features: 16, groups: 8, seed: 2, apart: 1 });
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await kmeans(large, { k: 16, threads: 1, tolerance: 0, maxIterations: 100 });
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(10);
  });

  it('end when the fit is aborted, and the pool that was shared works on', async () => {
    const pool = await openPool({ threads: 2 });
    try {
      const controller = new AbortController();
      const options = { k: 8, tolerance: 0, signal: controller.signal };
      const own = kmeans(matrix, {
        ...options,
        threads: 2,
        onProgress: ({ phase }) => phase === 'iterate' && controller.abort(),
      });
      await expect(own).rejects.toMatchObject({ code: 'engine_aborted' });
      await expect(kmeans(matrix, { ...options, pool })).rejects.toMatchObject({ code: 'engine_aborted' });
      const { model } = await kmeans(matrix, { k: 3, pool });
      expect(model.converged).toBe(true);
    } finally {
      await pool.close();
    }
  });

  it('are done without where their file cannot be loaded', async () => {
    const workerUrl = new URL('./nothing.js', import.meta.url);
    const { model } = await kmeans(matrix, { k: 90, maxIterations: 2, workerUrl });
    expect(model.iterations).toBe(2);
    await expect(openPool({ threads: 1, workerUrl })).rejects.toMatchObject({ code: 'engine_worker_failed' });
  });

  it('are not needed to export a model', async () => {
    const { model } = await kmeans(matrix, { k: 3, threads: 0 });
    expect(readOnnxMetadata(exportOnnx(model)).get('crmbet.algorithm')).toBe('kmeans');
  });
});
