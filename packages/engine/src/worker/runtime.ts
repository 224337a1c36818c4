import type * as Os from 'node:os';
import type * as WorkerThreads from 'node:worker_threads';

/**
 * Node's worker threads, undefined elsewhere. `getBuiltinModule` (Node 20.16 and later) rather than an import, so that
 * a browser's bundler never sees a `node:` specifier.
 */
export function nodeWorkerThreads(): typeof WorkerThreads | undefined {
  return inNode() ? process.getBuiltinModule?.('node:worker_threads') : undefined;
}

/** Threads that this machine can run at once, at least 1. */
export function availableThreads(): number {
  const os: typeof Os | undefined = inNode() ? process.getBuiltinModule?.('node:os') : undefined;
  return Math.max(1, os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1);
}

function inNode(): boolean {
  return typeof process !== 'undefined' && Boolean(process.versions?.node);
}
