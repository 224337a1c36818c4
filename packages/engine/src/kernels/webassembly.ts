import { EngineError } from '../errors.ts';
import type { Kernel } from './kernel.ts';

type KernelFunctions = Pick<Kernel, 'pack' | 'assign' | 'squaredDistances' | 'accumulate' | 'potential'>;

const pageBytes = 65536;

/** The compiled AssemblyScript behind the Kernel interface. Its memory only grows; drop the kernel to give it back. */
export class WebAssemblyKernel implements Kernel {
  readonly device: 'relaxed' | 'simd';
  readonly #memory: WebAssembly.Memory;
  readonly pack: Kernel['pack'];
  readonly assign: Kernel['assign'];
  readonly squaredDistances: Kernel['squaredDistances'];
  readonly accumulate: Kernel['accumulate'];
  readonly potential: Kernel['potential'];

  constructor(device: 'relaxed' | 'simd', instance: WebAssembly.Instance) {
    this.device = device;
    // What our own build exports; kernels/build.test.ts compares it with its source.
    const exported = instance.exports as unknown as KernelFunctions & { memory: WebAssembly.Memory };
    this.#memory = exported.memory;
    this.pack = exported.pack;
    this.assign = exported.assign;
    this.squaredDistances = exported.squaredDistances;
    this.accumulate = exported.accumulate;
    this.potential = exported.potential;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / pageBytes));
    } catch (cause) {
      throw new EngineError(
        'engine_out_of_memory',
        `${bytes} bytes of WebAssembly memory could not be had; use more threads or fewer rows.`,
        { cause },
      );
    }
  }
}
