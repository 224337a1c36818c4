import { throwIfAborted } from '../errors.ts';
import { copyShader } from '../kernels/wgsl/copy.ts';
import { seededRandom } from '../random.ts';
import type { Scaling } from '../scaling.ts';
import { GpuContext, type GpuWork, usage } from './gpu-context.ts';
import { acquireGpu } from './gpu-device.ts';
import { GpuKernels } from './gpu-kernels.ts';
import { mostSliceRows, type RowSlice, sliceRows } from './gpu-rows.ts';
import { GpuSlice } from './gpu-slice.ts';
import { timeOnGpu } from './gpu-timing.ts';

export interface WebGpuMeasureOptions {
  /** Default one million; fewer where a buffer does not hold them, as `rows` of the answer says. */
  readonly rows?: number | undefined;
  /** Default 16. */
  readonly features?: number | undefined;
  /** Default 16. */
  readonly clusters?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WebGpuKernelTime {
  /**
   * `pack`: scaling. `assign`: labels. `step`: labels and sums of an iteration in which no row moves; `step (all move)`:
   * one in which all do. `measure`: distances. `potential`: a k-means++ center kept; `potential (4)`: four tried.
   */
  readonly kernel: 'pack' | 'assign' | 'step' | 'step (all move)' | 'measure' | 'potential' | 'potential (4)';
  readonly seconds: number;
  /** That have to be read and written, each once. */
  readonly bytes: number;
  /** bytes / seconds, of what copying reaches in the same measurement. */
  readonly shareOfCopy: number;
}

export interface WebGpuMeasurement {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether the CPU plays the card. */
  readonly software: boolean;
  /** Whether the device's own clock was read; else ours, with all that lies between. */
  readonly timestamps: boolean;
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  /** Bytes read and written a second by a kernel that copies as many values. */
  readonly copyBytesPerSecond: number;
  /** Bytes a second from this process to the device. */
  readonly uploadBytesPerSecond: number;
  readonly kernels: readonly WebGpuKernelTime[];
}

/**
 * How fast this machine's graphics device runs the engine's kernels, beside what its memory can do.
 * @throws EngineError (as a rejection) `engine_device_unavailable`, `engine_device_lost`, `engine_device_failed`,
 *   `engine_device_out_of_memory`, `engine_aborted`
 */
export async function measureWebGpu(options: WebGpuMeasureOptions = {}): Promise<WebGpuMeasurement> {
  const { features = 16, clusters = 16, signal } = options;
  throwIfAborted(signal);
  const gpu = await acquireGpu(true);
  const context = new GpuContext(gpu);
  const onAbort = (): void => context.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const rowCount = Math.min(options.rows ?? 1_000_000, mostSliceRows(context.limits, features));
    const [rows] = sliceRows(rowCount, rowCount + 8, mostSliceRows(context.limits, features));
    throwIfAborted(signal);
    if (!rows) throw new RangeError('There are no rows to measure with.');
    const kernels = await GpuKernels.open(context, features, clusters);
    const slice = await GpuSlice.open(kernels, rows);
    const uploadSeconds = await fill(context, kernels, slice);
    const copyBytes = 2 * rows.stride * features * 4;
    const copySeconds = await timeCopy(context, rows, features);
    const times: WebGpuKernelTime[] = [];
    for (const { kernel, works, without, words } of plansFor(slice, features)) {
      const whole = await timeOnGpu(context, await works());
      const seconds = whole - (without ? await timeOnGpu(context, await without()) : 0);
      const bytes = rowCount * 4 * words;
      times.push({ kernel, seconds, bytes, shareOfCopy: bytes / seconds / (copyBytes / copySeconds) });
    }
    const { vendor, architecture, description } = context.device.adapterInfo;
    return {
      vendor,
      architecture,
      description,
      software: gpu.software,
      timestamps: context.device.features.has('timestamp-query'),
      rows: rowCount,
      features,
      clusters,
      copyBytesPerSecond: copyBytes / copySeconds,
      uploadBytesPerSecond: (rowCount * features * 4) / uploadSeconds,
      kernels: times,
    };
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    context.close();
  }
}

/** Rows that are uniformly random and are left as they are by scaling, so that they can be scaled again and again. */
async function fill(context: GpuContext, kernels: GpuKernels, slice: GpuSlice): Promise<number> {
  const { features, clusters } = kernels;
  const random = seededRandom(1);
  const { rowCount } = slice.slice;
  const one = Float32Array.from({ length: rowCount }, () => random());
  // Each column the same values from another row on: as random to a kernel, and much faster to make.
  const columns = Array.from({ length: features }, (_, j) => {
    const column = new Float32Array(rowCount);
    const shift = (j * 7919) % rowCount;
    column.set(one.subarray(shift));
    column.set(one.subarray(0, shift), rowCount - shift);
    return column;
  });
  const same = new Array<number>(features).fill(0);
  const scaling: Scaling = {
    method: 'none',
    transform: same.map(() => 'none'),
    fill: same,
    center: same,
    factor: same.map(() => 1),
  };
  kernels.setScaling(scaling);
  kernels.setCentroids(Float32Array.from({ length: clusters * features }, () => random()));
  kernels.setCandidates(Float32Array.from({ length: 4 * features }, () => random()));
  await context.idle();
  const start = performance.now();
  await slice.upload(columns, scaling, async () => undefined);
  await context.idle();
  return (performance.now() - start) / 1000;
}

async function timeCopy(context: GpuContext, rows: RowSlice, features: number): Promise<number> {
  const bytes = rows.stride * features * 4;
  const { from, to } = await context.allocate({
    from: { bytes, usage: usage.storage },
    to: { bytes, usage: usage.storage },
  });
  const pipeline = await context.pipeline(copyShader);
  const bindings = context.bind(pipeline, [from, to]);
  const workgroups = Math.min(context.limits.workgroups, rows.blocks.length / 2);
  const seconds = await timeOnGpu(context, [{ pipeline, bindings, workgroups }]);
  context.release([from, to]);
  return seconds;
}

interface Plan {
  readonly kernel: WebGpuKernelTime['kernel'];
  readonly works: () => Promise<GpuWork[]>;
  /** What is timed alone and taken off. */
  readonly without?: () => Promise<GpuWork[]>;
  /** Of 4 bytes, read or written for each row. */
  readonly words: number;
}

/** In the order in which they can be timed. A slice has one set of parameters: those of the last work count. */
function plansFor(slice: GpuSlice, features: number): Plan[] {
  // Values below 1, as many bits as for a million rows.
  const units = { bits: 20, high: 2 ** 20 };
  const pack = async (): Promise<GpuWork[]> => [await slice.pack()];
  return [
    { kernel: 'pack', works: pack, words: 2 * features + 1 },
    { kernel: 'assign', works: async () => [await slice.assign()], words: features + 1 },
    { kernel: 'step', works: async () => [await slice.step(units)], words: features + 1 },
    {
      kernel: 'step (all move)',
      works: async () => [...(await pack()), await slice.step(units)],
      without: pack,
      words: features + 2,
    },
    { kernel: 'measure', works: async () => [await slice.measure('squared')], words: features + 2 },
    { kernel: 'potential', works: async () => [await slice.potential(1, true, false)], words: features + 2 },
    {
      kernel: 'potential (4)',
      works: async () => [await slice.potential(4, false, false)],
      words: features + 1,
    },
  ];
}
