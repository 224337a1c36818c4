import type { NeighbourKernel, SearchLayout } from './neighbour-kernel.ts';
import { searchBlock } from './neighbour-kernel.ts';
import { growMemory } from './webassembly.ts';

interface Exported {
  readonly memory: WebAssembly.Memory;
  configure(block: number): void;
  readonly bounds: NeighbourKernel['bounds'];
  readonly prepare: NeighbourKernel['prepare'];
  readonly visit: NeighbourKernel['visit'];
}

/** The compiled assembly/neighbours.ts. Its memory only grows; drop the kernel to give it back. */
export class WebAssemblyNeighbourKernel implements NeighbourKernel {
  readonly device: 'relaxed' | 'simd';
  readonly bounds: NeighbourKernel['bounds'];
  readonly prepare: NeighbourKernel['prepare'];
  readonly visit: NeighbourKernel['visit'];
  readonly #exported: Exported;

  constructor(device: 'relaxed' | 'simd', module: WebAssembly.Module) {
    this.device = device;
    // What our own build exports; kernels/build.test.ts compares it with its source.
    this.#exported = new WebAssembly.Instance(module).exports as unknown as Exported;
    this.bounds = this.#exported.bounds;
    this.prepare = this.#exported.prepare;
    this.visit = this.#exported.visit;
  }

  get buffer(): ArrayBuffer {
    return this.#exported.memory.buffer;
  }

  reserve(bytes: number): void {
    growMemory(this.#exported.memory, bytes);
  }

  configure(layout: SearchLayout, minPoints: number): void {
    const block = searchBlock(layout, minPoints);
    new Int32Array(this.buffer, layout.block, block.length).set(block);
    this.#exported.configure(layout.block);
  }
}
