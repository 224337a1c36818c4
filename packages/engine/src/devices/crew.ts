import { EngineError, throwIfAborted } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import { openPool, type Pool } from '../worker/pool.ts';
import { availableThreads } from '../worker/runtime.ts';
import type { Lane } from './calls.ts';
import { LocalLane } from './local-lane.ts';
import { type DeviceChoice, selectDevice } from './select.ts';

export interface ThreadingOptions {
  /** Default `auto`. With `pool`, the pool's device is used. */
  readonly device?: DeviceChoice | undefined;
  /**
   * Number of workers; 0 computes in the calling thread, which gets a turn between slices of about 12 ms.
   * Default: 0 for small inputs or where no worker can be started, else as many as the machine has, at most 16.
   * Results do not depend on it.
   */
  readonly threads?: number | undefined;
  /** Workers that are already up; they are left up. */
  readonly pool?: Pool | undefined;
  readonly workerUrl?: URL | string | undefined;
  /** Rejects with `engine_aborted` and ends the workers that the call has started. */
  readonly signal?: AbortSignal | undefined;
}

/** The lanes of one computation. */
export interface Crew {
  readonly lanes: readonly Lane[];
  readonly device: KernelDevice;
  /** Whether rows have to be copied and posted. */
  readonly remote: boolean;
  close(): Promise<void>;
}

/**
 * @param work multiply-adds of the whole computation, roughly
 * @param worthwhile work below which starting workers costs more than it saves
 */
export async function openCrew(options: ThreadingOptions, work: number, worthwhile: number): Promise<Crew> {
  throwIfAborted(options.signal);
  const { pool, threads } = options;
  if (pool) return poolCrew(pool, async () => undefined);
  if (threads === 0 || (threads === undefined && work < worthwhile)) return localCrew(options.device);
  const wanted = threads ?? Math.min(availableThreads(), Math.ceil(work / worthwhile), 16);
  try {
    const own = await openPool({ ...options, threads: wanted });
    return poolCrew(own, () => own.close());
  } catch (error) {
    const unasked = threads === undefined && error instanceof EngineError;
    if (unasked && error.code === 'engine_worker_failed') return localCrew(options.device);
    throw error;
  }
}

async function localCrew(device: DeviceChoice | undefined): Promise<Crew> {
  const factory = await selectDevice(device);
  const lane = new LocalLane(factory);
  return { lanes: [lane], device: factory.device, remote: false, close: async () => undefined };
}

function poolCrew(pool: Pool, close: () => Promise<void>): Crew {
  const lanes = pool.lanes();
  return {
    lanes,
    device: pool.device,
    remote: true,
    close: async () => {
      for (const lane of lanes) lane.release();
      await close();
    },
  };
}

/**
 * Runs `work` with the crew, closes it in any case, and makes an abort win over whatever it made fail.
 * An abort ends the crew's own workers at once; a shared pool's finish the message they are at.
 */
export async function withCrew<T>(
  crew: Crew,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = (): void => void crew.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    throwIfAborted(signal);
    return await work();
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await crew.close();
  }
}
