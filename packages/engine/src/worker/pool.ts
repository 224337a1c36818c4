import type { Lane } from '../devices/calls.ts';
import type { KernelChoice } from '../devices/select.ts';
import { abortError, EngineError, throwIfAborted } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { SearchLane } from '../neighbours/calls.ts';
import { WorkerClient } from './client.ts';
import { availableThreads } from './runtime.ts';

export interface PoolOptions {
  /** Number of workers, at least 1. Default: as many as the machine runs at once, at most 16. */
  readonly threads?: number | undefined;
  readonly device?: KernelChoice | undefined;
  /** Where the package's `worker.js` is served, for bundlers that do not follow `new URL(…, import.meta.url)`. */
  readonly workerUrl?: URL | string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Workers that stay up between computations. In Node an idle pool does not keep the process running. */
export interface Pool {
  readonly threads: number;
  readonly device: KernelDevice;
  /** One lane a worker, with no rows yet; several computations may share a pool. */
  lanes(): Lane[];
  /** The same for searches among neighbours. */
  searchLanes(): SearchLane[];
  /** Ends every worker; what still runs is rejected with `engine_aborted`. */
  close(): Promise<void>;
}

export const mostThreads = 64;

/**
 * @throws EngineError `engine_worker_failed` (a worker cannot start), `engine_device_unavailable`, `engine_aborted`,
 *   `engine_option_invalid`
 */
export async function openPool(options: PoolOptions = {}): Promise<Pool> {
  const threads = options.threads ?? Math.min(availableThreads(), 16);
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new EngineError(
      'engine_option_invalid',
      `threads must be a whole number from 1 to ${mostThreads}.`,
      {
        details: { option: 'threads' },
      },
    );
  }
  throwIfAborted(options.signal);
  const clients: WorkerClient[] = [];
  const endAll = async (reason: EngineError): Promise<void> => {
    await Promise.all(clients.map((client) => client.terminate(reason)));
  };
  const onAbort = (): void => {
    if (options.signal) void endAll(abortError(options.signal));
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for (let i = 0; i < threads; i++) clients.push(new WorkerClient(options.workerUrl));
    const devices = await Promise.all(clients.map((client) => client.open(options.device ?? 'auto')));
    const close = (): Promise<void> => endAll(new EngineError('engine_aborted', 'The pool was closed.'));
    return {
      threads,
      device: devices[0] ?? 'js',
      lanes: () => clients.map((client) => client.lane()),
      searchLanes: () => clients.map((client) => client.searchLane()),
      close,
    };
  } catch (error) {
    const reason =
      error instanceof EngineError
        ? error
        : new EngineError('engine_worker_failed', 'A worker could not be started.', { cause: error });
    await endAll(reason);
    throw reason;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}
