import { EngineError } from '../errors.ts';
import { findAdapter, isSoftware } from './gpu-adapter.ts';

/** What one device gives to a buffer or a shader. */
export interface GpuLimits {
  /** The largest buffer that a shader can see whole. */
  readonly bufferBytes: number;
  /** Memory of a workgroup. */
  readonly workgroupBytes: number;
  readonly workgroups: number;
}

/** How long a device is kept for the next computation: its pipelines are compiled. */
const idleMs = 5000;

let shared: Promise<GpuDevice> | undefined;

/**
 * The one device that all computations here share; each releases it when it is done.
 * @param software whether an adapter that the CPU plays will do
 * @throws EngineError `engine_device_unavailable` (as a rejection), with why in its message
 */
export async function acquireGpu(software: boolean): Promise<GpuDevice> {
  if (!shared) {
    const opening = GpuDevice.open();
    shared = opening;
    opening.catch(() => {
      if (shared === opening) shared = undefined;
    });
  }
  const gpu = await shared;
  if (gpu.failure) return acquireGpu(software);
  gpu.hold();
  if (gpu.software && !software) {
    // Nobody will hold it later either: let it go as any other.
    gpu.release();
    throw unavailable('its adapter is played by the CPU');
  }
  return gpu;
}

/** A device and its compiled kernels, and what went wrong with it: then it is of no more use to anybody. */
export class GpuDevice {
  readonly device: GPUDevice;
  readonly software: boolean;
  readonly limits: GpuLimits;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #listeners = new Set<(failure: EngineError) => void>();
  #failure: EngineError | undefined;
  #holders = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  private constructor(device: GPUDevice, software: boolean) {
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    this.device = device;
    this.software = software;
    this.limits = {
      bufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
      workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
      workgroups: device.limits.maxComputeWorkgroupsPerDimension,
    };
    void device.lost.then(({ message }) => {
      const why = message || 'no reason was given';
      this.fail(new EngineError('engine_device_lost', `The graphics device was lost: ${why}.`));
    });
    device.onuncapturederror = (event) => {
      event.preventDefault();
      this.fail(toGpuError(event.error));
    };
  }

  static async open(): Promise<GpuDevice> {
    const found = await findAdapter();
    if ('missing' in found) throw unavailable(found.missing);
    const { adapter } = found;
    const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
    try {
      const device = await adapter.requestDevice({
        requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
        requiredLimits: {
          maxBufferSize,
          maxStorageBufferBindingSize,
          // More per workgroup means fewer workgroups at a time.
          maxComputeWorkgroupStorageSize: Math.min(maxComputeWorkgroupStorageSize, 32768),
        },
      });
      return new GpuDevice(device, isSoftware(adapter.info));
    } catch (error) {
      throw unavailable(error instanceof Error ? error.message : String(error));
    }
  }

  get failure(): EngineError | undefined {
    return this.#failure;
  }

  /** Tells those who wait. The first failure is the reason of all that follow. */
  fail(error: EngineError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const listener of this.#listeners) listener(error);
    this.#listeners.clear();
    shared = undefined;
    if (this.#holders === 0) this.#destroy();
  }

  onFailure(listener: (failure: EngineError) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hold(): void {
    this.#holders++;
    clearTimeout(this.#idle);
  }

  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    if (this.#failure) {
      this.#destroy();
      return;
    }
    this.#idle = setTimeout(() => {
      this.fail(new EngineError('engine_device_lost', 'The graphics device was closed.'));
    }, idleMs);
    // In Node: nobody stays up for it.
    if (typeof this.#idle === 'object') this.#idle.unref();
  }

  /** The pipeline of a shader whose entry is `main`; compiled once. */
  pipeline(code: string): Promise<GPUComputePipeline> {
    let pipeline = this.#pipelines.get(code);
    if (!pipeline) {
      const module = this.device.createShaderModule({ code });
      pipeline = this.device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module, entryPoint: 'main' },
      });
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  #destroy(): void {
    this.#pipelines.clear();
    this.device.destroy();
  }
}

export function toGpuError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  // By its name: Node has the class as no global.
  if (typeof error === 'object' && error?.constructor.name === 'GPUOutOfMemoryError') {
    return gpuOutOfMemory(String(message));
  }
  return new EngineError('engine_device_failed', `The graphics device refused its work: ${message}`, {
    cause: error,
  });
}

export function gpuOutOfMemory(message: string): EngineError {
  return new EngineError('engine_device_out_of_memory', `The graphics device is out of memory: ${message}.`);
}

function unavailable(why: string): EngineError {
  return new EngineError('engine_device_unavailable', `The device "webgpu" does not run here: ${why}.`, {
    details: { device: 'webgpu' },
  });
}
