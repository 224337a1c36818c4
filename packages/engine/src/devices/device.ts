import type { EngineErrorCode } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';

/** What a computation ran on: a kernel on the CPU, or a graphics device. */
export type Device = KernelDevice | 'webgpu';

export const devices: readonly Device[] = ['relaxed', 'simd', 'js', 'webgpu'];

/**
 * - `auto`: a graphics device where there is one, it is not played by the CPU, and the work is worth setting it up;
 *   else as `cpu`.
 * - `cpu`: the fastest kernel that runs here: `relaxed`, then `simd`, then `js`.
 * - `webgpu`: a graphics device, whatever the work, a software one too. In Node the package `webgpu` has to be there.
 * - a kernel's name: that one.
 */
export type DeviceChoice = 'auto' | 'cpu' | Device;

/** Something that a computation got over, and that its caller may want to know. */
export interface DeviceNotice {
  /**
   * - `engine_device_lost`: the graphics device went away.
   * - `engine_device_out_of_memory`: it has too little memory for these rows.
   * - `engine_device_failed`: it refused its work.
   */
  readonly code: Extract<
    EngineErrorCode,
    'engine_device_failed' | 'engine_device_lost' | 'engine_device_out_of_memory'
  >;
  readonly message: string;
  readonly from: Device;
  /** What the computation began again on. */
  readonly to: Device;
}

/** The code of a failure after which the CPU does the work. */
export function noticeCode(code: EngineErrorCode): DeviceNotice['code'] | undefined {
  switch (code) {
    case 'engine_device_failed':
    case 'engine_device_lost':
    case 'engine_device_out_of_memory':
      return code;
    default:
      return undefined;
  }
}
