import { EngineError } from '../errors.ts';
import { JavaScriptKernel } from '../kernels/javascript.ts';
import type { Kernel, KernelDevice } from '../kernels/kernel.ts';
import { relaxedKernel } from '../kernels/relaxed.gen.ts';
import { simdKernel } from '../kernels/simd.gen.ts';
import { WebAssemblyKernel } from '../kernels/webassembly.ts';

/** `auto` takes the fastest that runs here: `relaxed`, then `simd`, then `js`. */
export type DeviceChoice = 'auto' | KernelDevice;

/** Makes kernels of one device, each with a memory of its own; the module behind them is compiled once. */
export interface KernelFactory {
  readonly device: KernelDevice;
  create(): Kernel;
}

const modules = new Map<'relaxed' | 'simd', Promise<WebAssembly.Module | undefined>>();

/** @throws EngineError `engine_device_unavailable` when a named device does not run here */
export async function selectDevice(choice: DeviceChoice = 'auto'): Promise<KernelFactory> {
  for (const device of ['relaxed', 'simd'] as const) {
    if (choice !== 'auto' && choice !== device) continue;
    const module = await compile(device);
    if (module) {
      return { device, create: () => new WebAssemblyKernel(device, new WebAssembly.Instance(module)) };
    }
  }
  if (choice === 'auto' || choice === 'js') return { device: 'js', create: () => new JavaScriptKernel() };
  throw new EngineError('engine_device_unavailable', `The device "${choice}" does not run here.`, {
    details: { device: choice },
  });
}

function compile(device: 'relaxed' | 'simd'): Promise<WebAssembly.Module | undefined> {
  let module = modules.get(device);
  if (!module) {
    module = compileKernel(device === 'relaxed' ? relaxedKernel : simdKernel);
    modules.set(device, module);
  }
  return module;
}

/** Undefined where the engine does not know the instructions, or a CSP without 'wasm-unsafe-eval' refuses to compile. */
export async function compileKernel(base64: string): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    return WebAssembly.validate(bytes) ? await WebAssembly.compile(bytes) : undefined;
  } catch {
    return undefined;
  }
}
