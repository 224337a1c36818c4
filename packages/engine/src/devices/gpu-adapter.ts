import { nodeWorkerThreads } from '../worker/runtime.ts';

/** An adapter, or why there is none. */
export type FoundAdapter = { readonly adapter: GPUAdapter } | { readonly missing: string };

/** Shown by its name where an older browser does not say that an adapter is a fallback. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render/i;

let nodeGpu: Promise<GPU | undefined> | undefined;

/** The browser's WebGPU (a page's or a worker's), or in Node that of the `webgpu` package. */
export async function findAdapter(): Promise<FoundAdapter> {
  const gpu = globalThis.navigator?.gpu ?? (await loadNodeGpu());
  if (!gpu) {
    return {
      missing: nodeWorkerThreads()
        ? 'the package "webgpu" is not installed, or does not run here'
        : 'this browser has no WebGPU here',
    };
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return { missing: 'there is no graphics adapter' };
    return { adapter };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the CPU plays the graphics card: slower than our own kernels, and only good for tests. */
export function isSoftware(info: Partial<GPUAdapterInfo> | undefined): boolean {
  if (!info) return false;
  const { isFallbackAdapter, vendor, architecture, device, description } = info;
  return (
    Boolean(isFallbackAdapter) || softwareNames.test([vendor, architecture, device, description].join(' '))
  );
}

/** Node's WebGPU, that of the package. Loaded once: Dawn's instance has to live as long as what was made from it. */
export function loadNodeGpu(): Promise<GPU | undefined> {
  if (!nodeWorkerThreads()) return Promise.resolve(undefined);
  nodeGpu ??= createNodeGpu();
  return nodeGpu;
}

async function createNodeGpu(): Promise<GPU | undefined> {
  try {
    return (await importDawn()).create([]);
  } catch {
    return undefined;
  }
}

/**
 * The package for Node. Its name is put together as this runs, so that a browser's bundler does not look for it: minifying
 * writes a constant into the import, and drops the comments that say to leave it alone.
 */
export function importDawn(): Promise<{ create(flags: string[]): GPU; globals: object }> {
  const name = ['web', 'gpu'].join('');
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}
