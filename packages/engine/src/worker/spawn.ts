import type { Worker as NodeWorker, WorkerOptions as NodeWorkerOptions } from 'node:worker_threads';
import { nodeWorkerThreads } from './runtime.ts';

export interface SpawnedWorker {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the worker cannot start, throws, or ends before it was told to. */
  onFailure(listener: (reason: unknown) => void): void;
  /** Whether this worker alone keeps a Node process running. */
  hold(running: boolean): void;
  terminate(): Promise<void>;
}

// The caller's flags (`--input-type`, a test runner's hooks) are not meant for our files, and some refuse them.
const inNode: NodeWorkerOptions = { execArgv: [] };

/**
 * Starts the worker file beside this one. The `new URL` expressions are written out where they are used because
 * bundlers look for exactly that; the build replaces the extension.
 */
export function spawnWorker(url?: URL | string): SpawnedWorker {
  const threads = nodeWorkerThreads();
  if (threads) return ofNode(new threads.Worker(url ?? new URL('./worker.ts', import.meta.url), inNode));
  return ofBrowser(
    url
      ? new Worker(url, { type: 'module' })
      : new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  );
}

/** Starts the worker file that holds the whole engine. */
export function spawnEngineWorker(url?: URL | string): SpawnedWorker {
  const threads = nodeWorkerThreads();
  if (threads)
    return ofNode(new threads.Worker(url ?? new URL('./whole/engine-worker.ts', import.meta.url), inNode));
  return ofBrowser(
    url
      ? new Worker(url, { type: 'module' })
      : new Worker(new URL('./whole/engine-worker.ts', import.meta.url), { type: 'module' }),
  );
}

function ofNode(worker: NodeWorker): SpawnedWorker {
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.on('message', listener),
    onFailure: (listener) => {
      worker.on('error', listener);
      worker.on('exit', (code) => listener(new Error(`The worker ended with code ${code}.`)));
    },
    hold: (running) => (running ? worker.ref() : worker.unref()),
    terminate: async () => {
      await worker.terminate();
    },
  };
}

function ofBrowser(worker: Worker): SpawnedWorker {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.addEventListener('message', (event) => listener(event.data)),
    onFailure: (listener) => {
      worker.addEventListener('error', (event) => listener(event.error ?? new Error(event.message)));
      worker.addEventListener('messageerror', () => listener(new Error('A message could not be read.')));
    },
    hold: () => undefined,
    terminate: async () => worker.terminate(),
  };
}
