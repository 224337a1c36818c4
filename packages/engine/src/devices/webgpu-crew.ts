import { EngineError } from '../errors.ts';
import type { Lane } from './calls.ts';
import type { Crew } from './crew.ts';
import { type Device, type DeviceNotice, noticeCode } from './device.ts';
import { GpuContext } from './gpu-context.ts';
import { acquireGpu } from './gpu-device.ts';
import { WebGpuLane } from './webgpu.ts';

interface WebGpuCrewOptions {
  /** `auto` never takes an adapter that the CPU plays, and goes without one where none opens. */
  readonly choice: 'auto' | 'webgpu';
  readonly openCpu: () => Promise<Crew>;
  readonly onNotice: ((notice: DeviceNotice) => void) | undefined;
}

/**
 * @returns undefined with `auto` where there is no such device
 * @throws EngineError `engine_device_unavailable` (as a rejection) with `webgpu` where there is none
 */
export async function openWebGpuCrew(options: WebGpuCrewOptions): Promise<WebGpuCrew | undefined> {
  try {
    return new WebGpuCrew(new GpuContext(await acquireGpu(options.choice === 'webgpu')), options);
  } catch (error) {
    if (options.choice === 'auto') return undefined;
    throw error;
  }
}

/** One graphics device, or, after it failed, the crew of the CPU that took over. */
export class WebGpuCrew implements Crew {
  readonly #context: GpuContext;
  readonly #lane: WebGpuLane;
  readonly #options: WebGpuCrewOptions;
  #cpu: Crew | undefined;
  #closed = false;

  constructor(context: GpuContext, options: WebGpuCrewOptions) {
    this.#context = context;
    this.#lane = new WebGpuLane(context);
    this.#options = options;
  }

  get lanes(): readonly Lane[] {
    return this.#cpu?.lanes ?? [this.#lane];
  }

  get device(): Device {
    return this.#cpu?.device ?? 'webgpu';
  }

  get remote(): boolean {
    return this.#cpu?.remote ?? false;
  }

  /** @throws EngineError `reason` itself, when it is none that the CPU can mend */
  async fallBack(reason: unknown): Promise<void> {
    const code = reason instanceof EngineError ? noticeCode(reason.code) : undefined;
    if (this.#cpu || !code || !(reason instanceof EngineError)) throw reason;
    this.#context.close();
    this.#cpu = await this.#options.openCpu();
    if (this.#closed) await this.#cpu.close();
    this.#options.onNotice?.({ code, message: reason.message, from: 'webgpu', to: this.#cpu.device });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#lane.release();
    this.#context.close();
    await this.#cpu?.close();
  }
}
