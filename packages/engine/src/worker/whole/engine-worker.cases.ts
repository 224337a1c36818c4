import { describe, expect, it } from 'vitest';
import { kmeans } from '../../clustering/kmeans.ts';
import { clusterProfiles } from '../../explain/profiles.ts';
import { project2d } from '../../explain/projection.ts';
import { fitBgNbd } from '../../scoring/bg-nbd.ts';
import { customerValue } from '../../scoring/customer-value.ts';
import { customerValueModel } from '../../scoring/customer-value-model.ts';
import { fitRfm } from '../../scoring/rfm.ts';
import { blobs } from '../../testing/data.ts';
import { simulatePlayers } from '../../testing/purchases.ts';
import { openEngineWorker } from './engine-client.ts';

const { matrix } = blobs({ rows: 5003, features: 4, groups: 4, seed: 3, apart: 2 });
const copies = () => matrix.columns().map((column) => column.slice());

/** What the engine in a worker promises, in Node and in a browser. */
export function engineWorkerCases(): void {
  describe('the engine in a worker', () => {
    it('answers as the engine in the page does', async () => {
      const worker = openEngineWorker();
      try {
        const held = await worker.load(matrix.names, copies());
        const seen: string[] = [];
        const options = { k: 4, seed: 9 };
        const fit = await worker.run('kmeans', held, {
          ...options,
          onProgress: ({ phase }) => seen.push(phase),
        });
        const alone = await kmeans(matrix, options);
        expect(fit).toEqual(alone);
        expect(seen).toContain('iterate');
        const { labels, model } = fit;
        expect(await worker.run('clusterProfiles', held, { labels, k: 4 })).toEqual(
          clusterProfiles(matrix, alone.labels, 4),
        );
        expect(await worker.run('project2d', held, { scaling: model.scaling })).toEqual(
          await project2d(matrix, { scaling: model.scaling }),
        );
        const applied = await worker.run('applyModel', held, { model });
        expect(applied.find(({ name }) => name === 'cluster')?.values).toEqual(alone.labels);
      } finally {
        await worker.close();
      }
    });

    it('scores players as the engine in the page does', async () => {
      const worker = openEngineWorker();
      try {
        const bgNbd = { r: 0.6, alpha: 5, a: 0.9, b: 2.4 };
        const players = simulatePlayers({ players: 400, seed: 6, bgNbd });
        const held = await worker.load(
          players.names,
          players.columns().map((column) => column.slice()),
        );
        const rfm = await worker.run('fitRfm', held, { quantiles: 4 });
        expect(rfm).toEqual(await fitRfm(players, { quantiles: 4 }));
        const seen = new Set<string>();
        const purchases = await worker.run('fitBgNbd', held, {
          horizon: 26,
          onProgress: ({ phase }) => seen.add(phase),
        });
        expect(purchases).toEqual(await fitBgNbd(players, { horizon: 26 }));
        expect([...seen]).toEqual(['count', 'fit', 'validate']);
        const value = await worker.run('fitGammaGamma', held, {});
        const model = customerValueModel(purchases.model, value.model, { discountRate: 0.001 });
        expect(await worker.run('customerValue', held, { model })).toEqual(
          await customerValue(model, players),
        );
      } finally {
        await worker.close();
      }
    });

    it('takes the columns over', async () => {
      const worker = openEngineWorker();
      try {
        const columns = copies();
        const held = await worker.load(matrix.names, columns);
        expect(columns.map(({ length }) => length)).toEqual([0, 0, 0, 0]);
        expect(held).toMatchObject({ names: matrix.names, rowCount: 5003 });
        held.free();
        await expect(worker.run('kmeans', held, { k: 2 })).rejects.toMatchObject({
          code: 'engine_worker_failed',
        });
      } finally {
        await worker.close();
      }
    });

    it('fails with the codes of the engine', async () => {
      const worker = openEngineWorker();
      try {
        await expect(
          worker.load(['a', 'a'], [new Float32Array(2), new Float32Array(2)]),
        ).rejects.toMatchObject({
          code: 'engine_matrix_shape',
        });
        const held = await worker.load(['a'], [Float32Array.of(1, 2)]);
        await expect(worker.run('kmeans', held, { k: 3 })).rejects.toMatchObject({
          code: 'engine_k_too_large',
          details: { k: 3, rows: 2 },
        });
        const unsendable = { k: 2, init: [() => 1] };
        // A caller without types: what cannot be posted is refused, not thrown as something else.
        await expect(worker.run('kmeans', held, unsendable as never)).rejects.toMatchObject({
          code: 'engine_worker_failed',
        });
      } finally {
        await worker.close();
      }
    });

    it('rejects with what a callback throws, as the page does', async () => {
      const worker = openEngineWorker();
      try {
        const held = await worker.load(matrix.names, copies());
        const run = worker.run('kmeans', held, {
          k: 3,
          onProgress: () => {
            throw new RangeError('enough');
          },
        });
        await expect(run).rejects.toThrow(new RangeError('enough'));
        expect((await worker.run('kmeans', held, { k: 2 })).model.k).toBe(2);
      } finally {
        await worker.close();
      }
    });

    it('stops when it is told to, and goes on with what comes next', async () => {
      const worker = openEngineWorker();
      try {
        const rows = 60_000;
        const wide = Array.from({ length: 8 }, (_, j) =>
          Float32Array.from({ length: rows }, (_, i) => (i * (j + 7)) % 1009),
        );
        const held = await worker.load(
          wide.map((_, j) => `f${j}`),
          wide,
        );
        const controller = new AbortController();
        const long = worker.run('kmeans', held, {
          k: 32,
          tolerance: 0,
          threads: 0,
          signal: controller.signal,
          onProgress: ({ phase }) => phase === 'iterate' && controller.abort(),
        });
        await expect(long).rejects.toMatchObject({ code: 'engine_aborted' });
        const { labels } = await worker.run('kmeans', held, { k: 2, maxIterations: 2 });
        expect(labels.length).toBe(rows);
        const dying = worker.run('kmeans', held, { k: 64, tolerance: 0, threads: 0 });
        const ended = expect(dying).rejects.toMatchObject({ code: 'engine_aborted' });
        await worker.close();
        await ended;
        await expect(worker.load(['a'], [new Float32Array(1)])).rejects.toMatchObject({
          code: 'engine_aborted',
        });
      } finally {
        await worker.close();
      }
    });

    it('says so where its file cannot be loaded', async () => {
      const worker = openEngineWorker({ workerUrl: new URL('./nothing.js', import.meta.url) });
      await expect(worker.load(['a'], [new Float32Array(1)])).rejects.toMatchObject({
        code: 'engine_worker_failed',
      });
      await worker.close();
    });
  });
}
