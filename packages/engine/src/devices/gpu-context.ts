import { EngineError } from '../errors.ts';

/** WebGPU's numbers, which Node has as no globals. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  query: 512,
} as const;

/** What one device gives to a buffer or a shader. */
export interface GpuLimits {
  /** The largest buffer that a shader can see whole. */
  readonly bufferBytes: number;
  readonly uniformBytes: number;
  /** Memory of a workgroup. */
  readonly workgroupBytes: number;
  readonly workgroups: number;
}

export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  /** A multiple of 4. */
  readonly bytes: number;
}

const stagingBytes = 4 * 2 ** 20;

const newsMs = 1000;

/**
 * One WebGPU device, its buffers, and what went wrong with it. Every wait ends when the device is lost or closed.
 */
export class GpuContext {
  readonly device: GPUDevice;
  readonly limits: GpuLimits;
  readonly #buffers = new Set<GPUBuffer>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #gone: Promise<never>;
  #failure: EngineError | undefined;
  #closed = false;
  #staging: GPUBuffer | undefined;

  constructor(device: GPUDevice, limits: Partial<GpuLimits> = {}) {
    this.device = device;
    const { maxBufferSize, maxStorageBufferBindingSize, maxUniformBufferBindingSize } = device.limits;
    this.limits = {
      bufferBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
      uniformBytes: maxUniformBufferBindingSize,
      workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
      workgroups: device.limits.maxComputeWorkgroupsPerDimension,
      ...limits,
    };
    this.#gone = device.lost.then(({ message }) => {
      throw this.#fail(
        this.#closed
          ? new EngineError('engine_aborted', 'The graphics device was closed.')
          : new EngineError(
              'engine_device_lost',
              `The graphics device was lost: ${message || 'no reason given'}.`,
            ),
      );
    });
    // Somebody may be waiting, or nobody.
    this.#gone.catch(() => undefined);
    device.onuncapturederror = (event) => {
      event.preventDefault();
      this.#fail(toError(event.error));
    };
  }

  /** Takes all that the adapter can give of what the kernels have use for. */
  static async open(
    adapter: GPUAdapter,
    limits?: Partial<GpuLimits>,
    features?: GPUFeatureName[],
  ): Promise<GpuContext> {
    const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredFeatures: features ?? [],
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        // More per workgroup means fewer workgroups at a time.
        maxComputeWorkgroupStorageSize: Math.min(maxComputeWorkgroupStorageSize, 32768),
      },
    });
    return new GpuContext(device, limits);
  }

  /** Buffers that are there now; for tests. */
  get bufferCount(): number {
    return this.#buffers.size;
  }

  /** @throws EngineError `engine_device_out_of_memory` (as a rejection); then none of them is left */
  async allocate<N extends string>(
    wanted: Readonly<Record<N, { bytes: number; usage: number }>>,
  ): Promise<Record<N, GPUBuffer>> {
    this.check();
    const sizes = Object.entries<{ bytes: number; usage: number }>(wanted);
    const tooLarge = sizes.find(([, { bytes }]) => bytes > this.limits.bufferBytes);
    if (tooLarge) throw outOfMemory(`${tooLarge[1].bytes} bytes are more than a buffer holds`);
    this.device.pushErrorScope('out-of-memory');
    const made = sizes.map(([label, { bytes, usage: use }]): [string, GPUBuffer] => {
      // Bindings are whole `vec4`s, and never empty.
      const size = Math.max(16, Math.ceil(bytes / 16) * 16);
      return [label, this.device.createBuffer({ label, size, usage: use })];
    });
    for (const [, buffer] of made) this.#buffers.add(buffer);
    try {
      const error = await this.wait(this.device.popErrorScope());
      if (error) throw outOfMemory(error.message);
    } catch (error) {
      this.release(made.map(([, buffer]) => buffer));
      throw error;
    }
    // The names are those of `wanted`.
    return Object.fromEntries(made) as Record<N, GPUBuffer>;
  }

  release(buffers: readonly GPUBuffer[]): void {
    for (const buffer of buffers) {
      if (this.#buffers.delete(buffer)) buffer.destroy();
    }
  }

  write(buffer: GPUBuffer, offset: number, data: Float32Array | Uint32Array): void {
    this.device.queue.writeBuffer(buffer, offset, data);
  }

  /** The pipeline of a shader whose entry is `main`; compiled once. */
  pipeline(code: string): Promise<GPUComputePipeline> {
    let pipeline = this.#pipelines.get(code);
    if (!pipeline) {
      this.check();
      pipeline = this.wait(
        this.device.createComputePipelineAsync({
          layout: 'auto',
          compute: { module: this.device.createShaderModule({ code }), entryPoint: 'main' },
        }),
      );
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  bind(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    return this.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  run(pipeline: GPUComputePipeline, bindings: GPUBindGroup, workgroups: number): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** Copies parts out, one after another, a staging buffer's worth at a time. */
  async read(parts: readonly BufferPart[]): Promise<ArrayBuffer> {
    const target = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes, 0));
    this.#staging ??= (
      await this.allocate({
        staging: {
          bytes: Math.min(stagingBytes, this.limits.bufferBytes),
          usage: usage.mapRead | usage.copyTarget,
        },
      })
    ).staging;
    const staging = this.#staging;
    let filled = 0;
    let from = 0;
    let encoder = this.device.createCommandEncoder();
    const flush = async (): Promise<void> => {
      this.device.queue.submit([encoder.finish()]);
      await this.wait(staging.mapAsync(1, 0, filled));
      target.set(new Uint8Array(staging.getMappedRange(0, filled)), from);
      staging.unmap();
      from += filled;
      filled = 0;
      encoder = this.device.createCommandEncoder();
    };
    for (const { buffer, offset = 0, bytes } of parts) {
      let done = 0;
      while (done < bytes) {
        const piece = Math.min(bytes - done, staging.size - filled);
        encoder.copyBufferToBuffer(buffer, offset + done, staging, filled, piece);
        done += piece;
        filled += piece;
        if (filled === staging.size) await flush();
      }
    }
    if (filled > 0) await flush();
    return target.buffer;
  }

  /** Until the queue has done what it was given. */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone());
  }

  /** What `promise` gives, unless the device fails first: then why it did. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    try {
      const value = await Promise.race([promise, this.#gone]);
      this.check();
      return value;
    } catch (error) {
      // What a lost device was doing may be rejected before the news that it is lost.
      if (!this.#failure && error instanceof Error && error.name === 'AbortError') {
        await Promise.race([this.#gone, new Promise((resolve) => setTimeout(resolve, newsMs))]).catch(
          () => undefined,
        );
      }
      throw this.#fail(toError(error));
    }
  }

  /** @throws EngineError what the device failed of */
  check(): void {
    if (this.#failure) throw this.#failure;
    if (this.#closed) throw new EngineError('engine_aborted', 'The graphics device was closed.');
  }

  /** Destroys every buffer and the device. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.release([...this.#buffers]);
    this.#pipelines.clear();
    this.device.destroy();
  }

  #fail(error: EngineError): EngineError {
    this.#failure ??= error;
    return this.#failure;
  }
}

function toError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  // By its name: Node has the class as no global.
  if (typeof error === 'object' && error?.constructor.name === 'GPUOutOfMemoryError') {
    return outOfMemory(String(message));
  }
  return new EngineError('engine_device_failed', `The graphics device refused its work: ${message}`, {
    cause: error,
  });
}

function outOfMemory(message: string): EngineError {
  return new EngineError('engine_device_out_of_memory', `The graphics device is out of memory: ${message}.`);
}
