import { EngineError } from '../errors.ts';
import { type GpuDevice, type GpuLimits, gpuOutOfMemory, toGpuError } from './gpu-device.ts';

/** WebGPU's numbers, which Node has as no globals. */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  query: 512,
} as const;

export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  /** A multiple of 4. */
  readonly bytes: number;
}

/** A kernel with all that it needs. */
export interface GpuWork {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: number;
}

const stagingBytes = 4 * 2 ** 20;

/** What was asked of a lost device can be rejected before the news that it is lost. */
const newsMs = 1000;

/** One computation's use of a device: its buffers, and its waits, which end when the device fails or it is closed. */
export class GpuContext {
  readonly limits: GpuLimits;
  readonly #gpu: GpuDevice;
  readonly #buffers = new Set<GPUBuffer>();
  readonly #waiting = new Set<(error: EngineError) => void>();
  readonly #deaf: () => void;
  #ended: EngineError | undefined;
  #staging: GPUBuffer | undefined;
  #closed = false;

  /** @param limits to pretend that the device has less */
  constructor(gpu: GpuDevice, limits: Partial<GpuLimits> = {}) {
    this.#gpu = gpu;
    this.limits = { ...gpu.limits, ...limits };
    this.#ended = gpu.failure;
    this.#deaf = gpu.onFailure((failure) => this.#end(failure));
  }

  get device(): GPUDevice {
    return this.#gpu.device;
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
    if (tooLarge) throw gpuOutOfMemory(`${tooLarge[1].bytes} bytes are more than a buffer holds`);
    this.device.pushErrorScope('out-of-memory');
    const made = sizes.map(([label, { bytes, usage: use }]): [string, GPUBuffer] => {
      // Bindings are whole `vec4`s, and never empty.
      const size = Math.max(16, Math.ceil(bytes / 16) * 16);
      return [label, this.device.createBuffer({ label, size, usage: use })];
    });
    for (const [, buffer] of made) this.#buffers.add(buffer);
    try {
      const error = await this.wait(this.device.popErrorScope());
      if (error) throw gpuOutOfMemory(error.message);
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

  /** Like all that is given to the device: never once this has ended, as its buffers are gone, and others use the device. */
  write(buffer: GPUBuffer, offset: number, data: Float32Array | Uint32Array): void {
    this.check();
    this.device.queue.writeBuffer(buffer, offset, data);
  }

  pipeline(code: string): Promise<GPUComputePipeline> {
    this.check();
    return this.wait(this.#gpu.pipeline(code));
  }

  bind(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    this.check();
    return this.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** @param timestamps where the device writes when the work began and ended */
  run(works: readonly GpuWork[], timestamps?: GPUComputePassTimestampWrites): void {
    this.check();
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass(timestamps ? { timestampWrites: timestamps } : {});
    for (const { pipeline, bindings, workgroups } of works) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(workgroups);
    }
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
      this.check();
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

  /** What `promise` gives, unless this ends first: then why. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      this.#waiting.add(reject);
      promise.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          void this.#reasonOf(error).then(reject);
        },
      );
    });
  }

  /** @throws EngineError why this has ended */
  check(): void {
    if (this.#ended) throw this.#ended;
  }

  /** Destroys every buffer, and lets the device go. What waits is rejected with `engine_aborted`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end(new EngineError('engine_aborted', 'The computation was ended.'));
    this.#deaf();
    this.release([...this.#buffers]);
    this.#gpu.release();
  }

  /** Why something was refused; the device is then of no more use, unless this has ended anyway. */
  async #reasonOf(error: unknown): Promise<EngineError> {
    const mayBeLost = error instanceof Error && error.name === 'AbortError';
    if (mayBeLost)
      await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, newsMs))]);
    if (!this.#ended) this.#gpu.fail(toGpuError(error));
    return this.#ended ?? toGpuError(error);
  }

  #end(reason: EngineError): void {
    this.#ended ??= reason;
    for (const reject of this.#waiting) reject(this.#ended);
    this.#waiting.clear();
  }
}
