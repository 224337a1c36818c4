import { allows, compileKernel, type KernelChoice } from '../devices/select.ts';
import { EngineError } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { NeighbourKernel } from '../kernels/neighbour-kernel.ts';
import { JavaScriptNeighbourKernel } from '../kernels/neighbours-javascript.ts';
import { relaxedNeighbourKernel } from '../kernels/neighbours-relaxed.gen.ts';
import { simdNeighbourKernel } from '../kernels/neighbours-simd.gen.ts';
import { WebAssemblyNeighbourKernel } from '../kernels/neighbours-webassembly.ts';

/** Makes search kernels of one device, each with a memory of its own; the module behind them is compiled once. */
export interface NeighbourKernelFactory {
  readonly device: KernelDevice;
  create(): NeighbourKernel;
}

const texts = { relaxed: relaxedNeighbourKernel, simd: simdNeighbourKernel } as const;
const modules = new Map<keyof typeof texts, Promise<WebAssembly.Module | undefined>>();

/** @throws EngineError `engine_device_unavailable` when a named device does not run here */
export async function selectNeighbourKernel(choice: KernelChoice = 'auto'): Promise<NeighbourKernelFactory> {
  for (const device of ['relaxed', 'simd'] as const) {
    if (!allows(choice, device)) continue;
    const compiling = modules.get(device) ?? compileKernel(texts[device]);
    modules.set(device, compiling);
    const module = await compiling;
    if (module) {
      return { device, create: () => new WebAssemblyNeighbourKernel(device, module) };
    }
  }
  if (allows(choice, 'js')) {
    return { device: 'js', create: () => new JavaScriptNeighbourKernel() };
  }
  throw new EngineError('engine_device_unavailable', `The device "${choice}" does not run here.`, {
    details: { device: choice },
  });
}
