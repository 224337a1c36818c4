import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type KMeansOptions, kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import type { LaneCalls } from '../devices/calls.ts';
import { openCrew } from '../devices/crew.ts';
import type { DeviceNotice } from '../devices/device.ts';
import { GpuContext } from '../devices/gpu-context.ts';
import { acquireGpu, type GpuLimits } from '../devices/gpu-device.ts';
import { WebGpuLane } from '../devices/webgpu.ts';
import { blockRows } from '../kernels/wgsl/shape.ts';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling } from '../scaling.ts';
import { blobs } from './data.ts';

// Groups that overlap: a fit of many iterations, in the midst of which something can happen.
const { matrix } = blobs({ rows: 5003, features: 5, groups: 6, seed: 12, apart: 1, missing: 0.02 });
/** Where the CPU plays the card and is busy, compiling a kernel takes seconds. */
const timeout = 60_000;

const endless = { k: 4, seed: 5, tolerance: 0, device: 'webgpu' } as const;

/** What a graphics device does beside arithmetic: choosing it, losing it, running out of it, letting it go. */
export function describeWebGpu(): void {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  describe('choosing a device', { timeout }, () => {
    it('never takes an adapter that the CPU plays by itself', async () => {
      const crew = await openCrew({ device: 'auto', threads: 0 }, 1e15, 1);
      expect(crew.device).not.toBe('webgpu');
      await crew.close();
    });

    it('takes a card by itself where the work is worth it', async () => {
      const gpu = await acquireGpu(true);
      vi.spyOn(gpu, 'software', 'get').mockReturnValue(false);
      for (const [work, device] of [
        [1e9, 'relaxed'],
        [1e10, 'webgpu'],
      ] as const) {
        const crew = await openCrew({ device: 'auto', threads: 0 }, work, 1e7);
        expect(crew.device).toBe(device);
        await crew.close();
      }
      const cpu = await openCrew({ device: 'cpu', threads: 0 }, 1e15, 1);
      expect(cpu.device).toBe('relaxed');
      gpu.release();
    });
  });

  describe('an abort', { timeout }, () => {
    it('is coded, destroys every buffer and leaves the device to others', async () => {
      const gpu = await acquireGpu(true);
      const made = new Set<GPUBuffer>();
      const create = gpu.device.createBuffer.bind(gpu.device);
      vi.spyOn(gpu.device, 'createBuffer').mockImplementation((descriptor) => {
        const buffer = create(descriptor);
        const destroy = buffer.destroy.bind(buffer);
        buffer.destroy = () => {
          made.delete(buffer);
          destroy();
        };
        made.add(buffer);
        return buffer;
      });
      for (const phase of ['seed', 'iterate'] as const) {
        const controller = new AbortController();
        const fitting = kmeans(matrix, {
          ...endless,
          signal: controller.signal,
          onProgress: (progress) => {
            if (progress.phase !== phase || progress.iteration < 3) return;
            expect(made.size).toBeGreaterThan(8);
            // Not now, when nothing is under way.
            setTimeout(() => controller.abort(new Error('enough')));
          },
        });
        await expect(fitting).rejects.toMatchObject({ code: 'engine_aborted' });
        expect(made.size).toBe(0);
      }
      // And at any moment: nothing is asked of a buffer that is gone, which would cost others the device.
      for (const delay of [0, 1, 2, 4, 8, 16]) {
        const signal = AbortSignal.timeout(delay);
        await expect(kmeans(matrix, { ...endless, signal })).rejects.toMatchObject({
          code: 'engine_aborted',
        });
        expect(made.size).toBe(0);
      }
      expect(gpu.failure).toBeUndefined();
      expect((await kmeans(matrix, { ...endless, maxIterations: 2 })).model.device).toBe('webgpu');
      expect(made.size).toBe(0);
      gpu.release();
    });

    it('in the midst of an upload asks nothing of buffers that are gone, which would cost others the device', async () => {
      const gpu = await acquireGpu(true);
      const rows = 600_000;
      const columns = ['a', 'b', 'c'].map((_, j) =>
        Float32Array.from({ length: rows }, (_value, i) => i % (j + 7)),
      );
      const large = FeatureMatrix.fromColumns(['a', 'b', 'c'], columns);
      const controller = new AbortController();
      let pieces = 0;
      const write = gpu.device.queue.writeBuffer.bind(gpu.device.queue);
      vi.spyOn(gpu.device.queue, 'writeBuffer').mockImplementation((buffer, offset, data) => {
        write(buffer, offset, data);
        if (data.byteLength < 1e5) return;
        pieces++;
        setTimeout(() => controller.abort());
      });
      const fitting = kmeans(large, {
        k: 2,
        transform: 'log1p',
        device: 'webgpu',
        signal: controller.signal,
      });
      await expect(fitting).rejects.toMatchObject({ code: 'engine_aborted' });
      expect(pieces).toBeGreaterThan(0);
      expect(pieces).toBeLessThan(15);
      // Until the device had time to complain.
      await gpu.device.queue.onSubmittedWorkDone();
      expect(gpu.failure).toBeUndefined();
      gpu.release();
    });
  });

  describe('a device', { timeout }, () => {
    it('serves several computations at a time', async () => {
      const options = { ...endless, maxIterations: 4 };
      const alone = await kmeans(matrix, options);
      expect(await Promise.all([1, 2, 3].map(() => kmeans(matrix, options)))).toEqual([alone, alone, alone]);
    });
  });

  describe('a device with little room', { timeout }, () => {
    const scaling = fitScaling(matrix);
    const columns = matrix.columns();
    const load = { columns, scaling, clusters: 4, chunkRows: 2048 };
    const centroids = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i));

    /** All that a lane says of the same rows. */
    async function answers(limits: Partial<GpuLimits>): Promise<unknown[]> {
      const context = new GpuContext(await acquireGpu(true), limits);
      const lane = new WebGpuLane(context);
      const calls: [keyof LaneCalls, object][] = [
        ['load', load],
        ['potential', { centers: centroids, keep: true, reset: true }],
        ['pick', { chunk: 1, target: 4000 }],
        ['step', { centroids }],
        ['farthest', { count: 7 }],
        ['finish', { centroids: centroids.map((value) => value / 2) }],
        ['step', { centroids }],
        ['predict', { ...load, centroids, distances: true, missing: true }],
      ];
      const said: unknown[] = [];
      try {
        // Each with the input of its method.
        for (const [method, input] of calls) said.push(await lane.call(method, input as never));
        lane.release();
        // The staging buffer alone stays until the end.
        expect(context.bufferCount).toBe(1);
      } finally {
        context.close();
      }
      expect(context.bufferCount).toBe(0);
      return said;
    }

    it('holds the rows in several buffers, to the same bits', async () => {
      const whole = await answers({});
      expect(await answers({ bufferBytes: 5 * 4 * blockRows * 4 - 4 })).toEqual(whole);
      expect(await answers({ workgroups: 1 })).toEqual(whole);
      // And adds without a workgroup's own memory, to the same bits again.
      expect(await answers({ workgroupBytes: 0 })).toEqual(whole);
    });

    it('says so when not even a block of rows fits', async () => {
      const context = new GpuContext(await acquireGpu(true), { bufferBytes: 5 * 4 * blockRows - 1 });
      await expect(new WebGpuLane(context).call('load', load)).rejects.toMatchObject({
        code: 'engine_device_out_of_memory',
      });
      expect(context.bufferCount).toBe(0);
      context.close();
    });
  });

  it('reads columns wherever they lie', { timeout }, async () => {
    const fitted = await kmeans(matrix, { ...endless, maxIterations: 3 });
    const fill = (columns: readonly Float32Array[]): void =>
      columns.forEach((column, j) => {
        column.set(matrix.column(j));
      });
    const shared = matrix.names.map(() => new Float32Array(new SharedArrayBuffer(matrix.rowCount * 4)));
    fill(shared);
    for (const other of [
      FeatureMatrix.fromColumns(matrix.names, shared),
      FeatureMatrix.allocate(matrix.names, matrix.rowCount, fill),
    ]) {
      expect(await kmeans(other, { ...endless, maxIterations: 3 })).toEqual(fitted);
    }
  });

  it('sums rows to the same bits in any order', { timeout }, async () => {
    const context = new GpuContext(await acquireGpu(true));
    const lane = new WebGpuLane(context);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 2500 }), async (seed, rows) => {
        const random = seededRandom(seed);
        // Whales among small fry: what float32 sums would lose.
        const values = Array.from({ length: rows }, () => (random() - 0.5) * 10 ** Math.floor(random() * 9));
        const sumOf = async (column: number[]): Promise<unknown> => {
          const own = FeatureMatrix.fromColumns(['a'], [Float32Array.from(column)]);
          const scaling = fitScaling(own, { scaling: 'none' });
          const same = { ...scaling, center: [0] };
          await lane.call('load', { columns: own.columns(), scaling: same, clusters: 2, chunkRows: 512 });
          return lane.call('step', { centroids: Float32Array.of(-10, 10) });
        };
        const shuffled = values
          .map((value) => ({ value, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value);
        expect(await sumOf(shuffled)).toEqual(await sumOf(values));
      }),
      { numRuns: 10 },
    );
    context.close();
  });

  describe('a device that fails', { timeout }, () => {
    /** Fits until `fail` has done something at the third iteration. */
    async function fitThrough(fail: () => void): Promise<{ notices: DeviceNotice[]; device: string }> {
      const notices: DeviceNotice[] = [];
      let failed = false;
      const options: KMeansOptions = {
        ...endless,
        threads: 0,
        onNotice: (notice) => notices.push(notice),
        onProgress: ({ phase, iteration }) => {
          if (failed || phase !== 'iterate' || iteration !== 3) return;
          failed = true;
          fail();
        },
      };
      const fitted = await kmeans(matrix, options);
      expect(failed).toBe(true);
      expect(fitted).toEqual(await kmeans(matrix, { ...options, device: 'cpu' }));
      return { notices, device: fitted.model.device };
    }

    it('has too little memory: the CPU begins again, and the device serves others', async () => {
      const gpu = await acquireGpu(true);
      const notices: DeviceNotice[] = [];
      vi.spyOn(gpu.device, 'popErrorScope').mockResolvedValueOnce({ message: 'no room' });
      const options: KMeansOptions = {
        ...endless,
        maxIterations: 2,
        onNotice: (notice) => notices.push(notice),
      };
      expect((await kmeans(matrix, options)).model.device).toBe('relaxed');
      expect(notices).toMatchObject([{ code: 'engine_device_out_of_memory', from: 'webgpu' }]);
      expect(gpu.failure).toBeUndefined();
      expect((await kmeans(matrix, options)).model.device).toBe('webgpu');
      gpu.release();
    });

    it('is lost: the CPU begins again, and the model says so', async () => {
      const gpu = await acquireGpu(true);
      const { notices, device } = await fitThrough(() => gpu.device.destroy());
      expect(device).toBe('relaxed');
      expect(notices).toMatchObject([{ code: 'engine_device_lost', from: 'webgpu', to: 'relaxed' }]);
      gpu.release();
      // The next one gets a new device.
      const next = await acquireGpu(true);
      expect(next).not.toBe(gpu);
      expect(next.failure).toBeUndefined();
      next.release();
    });

    it('refuses its work: the CPU begins again', async () => {
      const gpu = await acquireGpu(true);
      const { notices } = await fitThrough(() => gpu.device.createBuffer({ size: 16, usage: 0 }));
      expect(notices).toMatchObject([{ code: 'engine_device_failed', to: 'relaxed' }]);
      gpu.release();
    });

    it('is lost while it predicts: the labels are the CPU’s', async () => {
      const { model } = await kmeans(matrix, { k: 4, device: 'cpu', threads: 0 });
      const gpu = await acquireGpu(true);
      const notices: DeviceNotice[] = [];
      vi.spyOn(gpu.device.queue, 'submit').mockImplementationOnce(() => gpu.device.destroy());
      const onNotice = (notice: DeviceNotice): void => void notices.push(notice);
      const predicted = await predict(model, matrix, { device: 'webgpu', threads: 0, onNotice });
      expect(predicted).toEqual(await predict(model, matrix, { device: 'cpu', threads: 0 }));
      expect(notices).toMatchObject([{ code: 'engine_device_lost' }]);
      gpu.release();
    });
  });

  describe('a device that nobody uses', { timeout }, () => {
    it('is kept for the next computation, and closed after a while', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const gpu = await acquireGpu(true);
      gpu.release();
      await vi.advanceTimersByTimeAsync(3000);
      expect(await acquireGpu(true)).toBe(gpu);
      gpu.release();
      await vi.advanceTimersByTimeAsync(6000);
      expect((await gpu.device.lost).reason).toBe('destroyed');
      const next = await acquireGpu(true);
      expect(next).not.toBe(gpu);
      next.release();
    });
  });
}
