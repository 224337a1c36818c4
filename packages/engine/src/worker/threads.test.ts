import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type KMeansProgress, kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import { FeatureMatrix } from '../matrix.ts';
import { blobs } from '../testing/data.ts';
import { openPool } from './pool.ts';

// Enough rows for five chunks, groups that overlap, so that sums in another order would show.
const { matrix } = blobs({ rows: 10_007, features: 6, groups: 5, seed: 12, apart: 1 });

let liveWorkers = 0;
process.on('worker', (worker: Worker) => {
  liveWorkers++;
  worker.once('exit', () => liveWorkers--);
});

describe('threads', () => {
  it('change nothing in the result', async () => {
    // Magnitudes so far apart that float64 sums round, and would round otherwise in another order.
    const columns = matrix
      .columns()
      .map((column) => column.map((value) => Math.sign(value) * Math.exp(3 * value)));
    const wide = FeatureMatrix.fromColumns(matrix.names, columns);
    const fit = async (threads: number): Promise<unknown> => {
      const inertias: (number | null)[] = [];
      const onProgress = ({ inertia }: KMeansProgress): unknown => inertias.push(inertia);
      const result = await kmeans(wide, {
        k: 8,
        seed: 5,
        scaling: 'none',
        maxIterations: 8,
        threads,
        onProgress,
      });
      return { ...result, inertias };
    };
    const alone = await fit(0);
    for (const threads of [1, 2, 3, 7]) expect(await fit(threads)).toEqual(alone);
  });

  it('change nothing in a prediction', async () => {
    const { model, labels, distances } = await kmeans(matrix, { k: 8, threads: 0 });
    expect(await predict(model, matrix, { threads: 2 })).toEqual({ labels, distances });
  });

  it('refill empty clusters alike', async () => {
    const init = Array.from({ length: 4 }, (_, k) => new Array<number>(6).fill(k === 0 ? 0 : 900 + k));
    const alone = await kmeans(matrix, { k: 4, init, threads: 0 });
    expect(alone.model.sizes.every((size) => size > 0)).toBe(true);
    expect(await kmeans(matrix, { k: 4, init, threads: 3 })).toEqual(alone);
  });

  it('read shared columns where they are, to the same result', async () => {
    const shared = matrix.columns().map((column) => {
      const copy = new Float32Array(new SharedArrayBuffer(column.byteLength));
      copy.set(column);
      return copy;
    });
    const inShared = FeatureMatrix.fromColumns(matrix.names, shared);
    const plain = await kmeans(matrix, { k: 6, threads: 2 });
    expect(await kmeans(inShared, { k: 6, threads: 2 })).toEqual(plain);
    const predicted = await predict(plain.model, inShared, { threads: 2 });
    expect(predicted).toEqual({ labels: plain.labels, distances: plain.distances });
  });

  it('run on every device', async () => {
    for (const device of ['relaxed', 'simd', 'js'] as const) {
      const { model } = await kmeans(matrix, { k: 2, threads: 2, device });
      expect(model.device).toBe(device);
    }
  });
});

describe('without workers', () => {
  const workerUrl = new URL('./nothing.js', import.meta.url);

  it('computes in the calling thread, unless workers were asked for', async () => {
    // Enough work that workers would be started.
    const options = { k: 90, maxIterations: 2, workerUrl };
    const fallen = await kmeans(matrix, options);
    expect(fallen).toEqual(await kmeans(matrix, { k: 90, maxIterations: 2, threads: 0 }));
    await expect(kmeans(matrix, { ...options, threads: 1 })).rejects.toMatchObject({
      code: 'engine_worker_failed',
    });
  });
});

describe('a pool', () => {
  it('serves several computations at once', async () => {
    const pool = await openPool({ threads: 2 });
    try {
      const [a, b] = await Promise.all([kmeans(matrix, { k: 3, pool }), kmeans(matrix, { k: 9, pool })]);
      expect(a).toEqual(await kmeans(matrix, { k: 3, threads: 0 }));
      expect(b).toEqual(await kmeans(matrix, { k: 9, threads: 0 }));
      expect(await predict(a.model, matrix, { pool })).toEqual({ labels: a.labels, distances: a.distances });
    } finally {
      await pool.close();
    }
  });

  it('rejects what is asked of it when it is closed', async () => {
    const pool = await openPool({ threads: 1 });
    await pool.close();
    await expect(kmeans(matrix, { k: 3, pool })).rejects.toMatchObject({ code: 'engine_aborted' });
  });

  it('passes on what goes wrong in a worker, with its code', async () => {
    const pool = await openPool({ threads: 2 });
    try {
      const { matrix: small } = blobs({ rows: 9, features: 1, groups: 1, seed: 1 });
      const far = small.columns().map((column) => column.map((value) => value * 1e30));
      const huge = FeatureMatrix.fromColumns(['a'], far);
      await expect(kmeans(huge, { k: 1, scaling: 'none', pool })).rejects.toMatchObject({
        code: 'engine_matrix_out_of_range',
      });
    } finally {
      await pool.close();
    }
  });

  it('refuses with a code what cannot be sent to a worker, and goes on', async () => {
    const { model } = await kmeans(matrix, { k: 2, threads: 0, maxIterations: 1 });
    const pool = await openPool({ threads: 1 });
    try {
      const reactive = { ...model, scaling: new Proxy(model.scaling, {}) };
      await expect(predict(reactive, matrix, { pool })).rejects.toMatchObject({
        code: 'engine_worker_failed',
        cause: { name: 'DataCloneError' },
      });
      expect(await predict(model, matrix, { pool })).toEqual(await predict(model, matrix, { threads: 0 }));
    } finally {
      await pool.close();
    }
  });

  it('does not keep a process running that forgets to close it', async () => {
    const pool = new URL('./pool.ts', import.meta.url).href;
    const program = `const { openPool } = await import('${pool}'); console.log((await openPool({ threads: 2 })).threads)`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 20_000,
    });
    await expect(child).resolves.toMatchObject({ stdout: '2\n' });
  });

  it('says when its worker file is not there', async () => {
    await expect(
      openPool({ threads: 1, workerUrl: new URL('./nothing.js', import.meta.url) }),
    ).rejects.toMatchObject({
      code: 'engine_worker_failed',
    });
  });
});

describe('an abort', () => {
  it.each([0, 2])('in the middle, with %i threads, rejects and leaves no worker', async (threads) => {
    const before = liveWorkers;
    const controller = new AbortController();
    let iterations = 0;
    let during = 0;
    const fit = kmeans(matrix, {
      k: 8,
      tolerance: 0,
      threads,
      signal: controller.signal,
      onProgress: ({ phase, iteration }) => {
        if (phase !== 'iterate') return;
        iterations = iteration;
        during = liveWorkers;
        if (iteration === 2) controller.abort(new Error('enough'));
      },
    });
    await expect(fit).rejects.toMatchObject({ code: 'engine_aborted', cause: { message: 'enough' } });
    expect(iterations).toBe(2);
    expect(during - before).toBe(threads);
    expect(liveWorkers).toBe(before);
  });

  it.each([0, 2])('before the start, with %i threads, starts nothing', async (threads) => {
    const signal = AbortSignal.abort();
    const phases: string[] = [];
    const fit = kmeans(matrix, { k: 2, threads, signal, onProgress: ({ phase }) => phases.push(phase) });
    await expect(fit).rejects.toMatchObject({ code: 'engine_aborted' });
    expect(phases).toEqual([]);
  });

  it('while workers start ends them', async () => {
    const before = liveWorkers;
    const controller = new AbortController();
    const opening = openPool({ threads: 2, signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'engine_aborted' });
    expect(liveWorkers).toBe(before);
  });

  it('leaves a shared pool working', async () => {
    const pool = await openPool({ threads: 2 });
    try {
      const controller = new AbortController();
      const aborted = kmeans(matrix, {
        k: 8,
        pool,
        signal: controller.signal,
        onProgress: ({ phase }) => phase === 'iterate' && controller.abort(),
      });
      await expect(aborted).rejects.toMatchObject({ code: 'engine_aborted' });
      expect(await kmeans(matrix, { k: 3, pool })).toEqual(await kmeans(matrix, { k: 3, threads: 0 }));
    } finally {
      await pool.close();
    }
  });
});
