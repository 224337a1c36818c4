import { EngineError } from '../errors.ts';
import { JavaScriptKernel } from '../kernels/javascript.ts';
import type { Kernel, KernelDevice } from '../kernels/kernel.ts';
import { relaxedKernel } from '../kernels/relaxed.gen.ts';
import { simdKernel } from '../kernels/simd.gen.ts';
import { WebAssemblyKernel, withSharedMemory } from '../kernels/webassembly.ts';

/** `auto` and `cpu` take the fastest that runs here: `relaxed`, then `simd`, then `js`. */
export type KernelChoice = 'auto' | 'cpu' | KernelDevice;

/** Whether a choice leaves `device` to be taken. */
export function allows(choice: KernelChoice, device: KernelDevice): boolean {
  return choice === 'auto' || choice === 'cpu' || choice === device;
}

/** Makes kernels of one device, each with a memory of its own; the module behind them is compiled once. */
export interface KernelFactory {
  readonly device: KernelDevice;
  create(): Kernel;
  /** A kernel over a memory that holds somebody's columns; where there is none, columns are copied to a kernel. */
  over?(memory: WebAssembly.Memory): Kernel;
}

/** The same code, once for a memory of its own and once for one that threads share. */
interface KernelModules {
  readonly own: WebAssembly.Module;
  readonly shared: WebAssembly.Module;
}

const modules = new Map<'relaxed' | 'simd', Promise<KernelModules | undefined>>();

/** @throws EngineError `engine_device_unavailable` when a named device does not run here */
export async function selectDevice(choice: KernelChoice = 'auto'): Promise<KernelFactory> {
  for (const device of ['relaxed', 'simd'] as const) {
    if (!allows(choice, device)) continue;
    const compiled = await compile(device);
    if (compiled) {
      return {
        device,
        create: () => new WebAssemblyKernel(device, compiled.own),
        over: (memory) =>
          new WebAssemblyKernel(device, isShared(memory) ? compiled.shared : compiled.own, memory),
      };
    }
  }
  if (allows(choice, 'js')) return { device: 'js', create: () => new JavaScriptKernel() };
  throw new EngineError('engine_device_unavailable', `The device "${choice}" does not run here.`, {
    details: { device: choice },
  });
}

function compile(device: 'relaxed' | 'simd'): Promise<KernelModules | undefined> {
  let compiled = modules.get(device);
  if (!compiled) {
    compiled = compileBoth(device === 'relaxed' ? relaxedKernel : simdKernel);
    modules.set(device, compiled);
  }
  return compiled;
}

async function compileBoth(base64: string): Promise<KernelModules | undefined> {
  const [own, shared] = await Promise.all([compileKernel(base64), compileKernel(base64, withSharedMemory)]);
  return own && shared && { own, shared };
}

function isShared(memory: WebAssembly.Memory): boolean {
  const buffer: ArrayBufferLike = memory.buffer;
  return !(buffer instanceof ArrayBuffer);
}

/** Undefined where the engine does not know the instructions, or a CSP without 'wasm-unsafe-eval' refuses to compile. */
export async function compileKernel(
  base64: string,
  change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (bytes) => bytes,
): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = change(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  try {
    return WebAssembly.validate(bytes) ? await WebAssembly.compile(bytes) : undefined;
  } catch {
    return undefined;
  }
}
