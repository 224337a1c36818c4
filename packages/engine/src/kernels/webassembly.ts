import { EngineError } from '../errors.ts';
import type { Kernel } from './kernel.ts';

type KernelFunctions = Omit<Kernel, 'device' | 'buffer' | 'reserve'>;

const pageBytes = 65536;

/** The most that our own build lets a memory have. */
const mostPages = 65536;

/** The compiled AssemblyScript behind the Kernel interface. Its memory only grows; drop the kernel to give it back. */
export class WebAssemblyKernel implements Kernel {
  readonly device: 'relaxed' | 'simd';
  readonly #memory: WebAssembly.Memory;
  readonly pack: Kernel['pack'];
  readonly assign: Kernel['assign'];
  readonly assignColumns: Kernel['assignColumns'];
  readonly assignBounded: Kernel['assignBounded'];
  readonly reassign: Kernel['reassign'];
  readonly squaredDistances: Kernel['squaredDistances'];
  readonly accumulate: Kernel['accumulate'];
  readonly potential: Kernel['potential'];
  readonly potentials: Kernel['potentials'];
  readonly moments: Kernel['moments'];
  readonly between: Kernel['between'];

  /** @param memory shared, where the module was made for that; default one of its own */
  constructor(
    device: 'relaxed' | 'simd',
    module: WebAssembly.Module,
    memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages }),
  ) {
    this.device = device;
    this.#memory = memory;
    // What our own build exports; kernels/build.test.ts compares it with its source.
    const exported = new WebAssembly.Instance(module, { env: { memory } })
      .exports as unknown as KernelFunctions;
    this.pack = exported.pack;
    this.assign = exported.assign;
    this.assignColumns = exported.assignColumns;
    this.assignBounded = exported.assignBounded;
    this.reassign = exported.reassign;
    this.squaredDistances = exported.squaredDistances;
    this.accumulate = exported.accumulate;
    this.potential = exported.potential;
    this.potentials = exported.potentials;
    this.moments = exported.moments;
    this.between = exported.between;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  reserve(bytes: number): void {
    growMemory(this.#memory, bytes);
  }
}

/** @throws EngineError `engine_out_of_memory` */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / pageBytes));
  } catch (cause) {
    throw new EngineError(
      'engine_out_of_memory',
      `${bytes} bytes of WebAssembly memory could not be had; use more threads or fewer rows.`,
      { cause },
    );
  }
}

/** How a module of ours imports its memory: "env" "memory", a memory, and limits of which the second byte is a flag. */
const memoryImport = [3, ...new TextEncoder().encode('env'), 6, ...new TextEncoder().encode('memory'), 2];
const hasMaximum = 1;
const hasMaximumAndIsShared = 3;

/** The same module over a memory that threads share: no instruction differs, only what it says that it imports. */
export function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = bytes.findIndex((_, i) => memoryImport.every((byte, j) => bytes[i + j] === byte));
  const flag = start + memoryImport.length;
  if (start < 0 || bytes[flag] !== hasMaximum) throw new Error('The kernel does not import its memory.');
  const changed = bytes.slice();
  changed[flag] = hasMaximumAndIsShared;
  return changed;
}
