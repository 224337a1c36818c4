import { EngineError, throwIfAborted } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { SearchLane } from '../neighbours/calls.ts';
import { openLocalSearch } from '../neighbours/local-lane.ts';
import { openPool, type Pool } from '../worker/pool.ts';
import { availableThreads } from '../worker/runtime.ts';
import type { Lane } from './calls.ts';
import type { Device, DeviceChoice, DeviceNotice } from './device.ts';
import { createTurns, LocalLane } from './local-lane.ts';
import { type KernelChoice, selectDevice } from './select.ts';

export interface ThreadingOptions {
  /** Default `auto`. With `pool`, the pool's device is used. */
  readonly device?: DeviceChoice | undefined;
  /** Called when a graphics device failed and the computation began again on the CPU. */
  readonly onNotice?: ((notice: DeviceNotice) => void) | undefined;
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
export interface Crew<L = Lane, D extends Device = Device> {
  readonly lanes: readonly L[];
  readonly device: D;
  /** Whether rows have to be copied and posted. */
  readonly remote: boolean;
  /**
   * Has other lanes from then on, which hold no rows.
   * @throws what it was given, when other lanes would not help
   */
  readonly fallBack?: (reason: unknown) => Promise<void>;
  close(): Promise<void>;
}

type SearchCrew = Crew<SearchLane, KernelDevice>;

/** Where the lanes of one kind come from. */
interface LaneSource<L> {
  /** @param work multiply-adds of the longest call, roughly */
  local(
    choice: KernelChoice,
    work: number,
  ): Promise<{ readonly lanes: readonly L[]; readonly device: KernelDevice }>;
  remote(pool: Pool): readonly L[];
}

const rowLanes: LaneSource<Lane> = { local: openLocal, remote: (pool) => pool.lanes() };
const searchLanes: LaneSource<SearchLane> = {
  local: async (choice) => {
    const { lane, device } = await openLocalSearch(choice);
    return { lanes: [lane], device };
  },
  remote: (pool) => pool.searchLanes(),
};

/** As often as a crew of workers a graphics device is worth waiting for: finding it and compiling take as much longer. */
const webGpuWorthwhile = 250;

/**
 * @param work multiply-adds of the whole computation, roughly
 * @param worthwhile work below which starting workers costs more than it saves
 */
export async function openCrew(options: ThreadingOptions, work: number, worthwhile: number): Promise<Crew> {
  throwIfAborted(options.signal);
  const { pool, device = 'auto' } = options;
  if (pool) return poolCrew(rowLanes, pool, async () => undefined);
  const openCpu = (): Promise<Crew> => openCpuCrew(rowLanes, options, work, worthwhile);
  if (device === 'webgpu' || (device === 'auto' && work >= worthwhile * webGpuWorthwhile)) {
    // Loaded only where it is wanted.
    const { openWebGpuCrew } = await import('./webgpu-crew.ts');
    const crew = await openWebGpuCrew({ choice: device, openCpu, onNotice: options.onNotice });
    if (crew) return crew;
  }
  return openCpu();
}

/** The same for searches among neighbours, which have no graphics device: they run on the CPU whatever was chosen. */
export async function openSearchCrew(
  options: ThreadingOptions,
  work: number,
  worthwhile: number,
): Promise<SearchCrew> {
  throwIfAborted(options.signal);
  if (options.pool) return poolCrew(searchLanes, options.pool, async () => undefined);
  return openCpuCrew(searchLanes, options, work, worthwhile);
}

async function openCpuCrew<L extends { release(): void }>(
  source: LaneSource<L>,
  options: ThreadingOptions,
  work: number,
  worthwhile: number,
): Promise<Crew<L, KernelDevice>> {
  const { threads } = options;
  const device = options.device === 'webgpu' ? 'cpu' : (options.device ?? 'auto');
  if (threads === 0 || (threads === undefined && work < worthwhile)) return localCrew(source, device, work);
  const wanted = threads ?? Math.min(availableThreads(), Math.ceil(work / worthwhile), 16);
  try {
    const own = await openPool({ ...options, device, threads: wanted });
    return poolCrew(source, own, () => own.close());
  } catch (error) {
    const unasked = threads === undefined && error instanceof EngineError;
    if (unasked && error.code === 'engine_worker_failed') return localCrew(source, device, work);
    throw error;
  }
}

async function localCrew<L>(
  source: LaneSource<L>,
  choice: KernelChoice,
  work: number,
): Promise<Crew<L, KernelDevice>> {
  const { lanes, device } = await source.local(choice, work);
  return { lanes, device, remote: false, close: async () => undefined };
}

/** Multiply-adds that this thread does in a few milliseconds: a lane's share of a step, between two turns of others. */
const turnWork = 2e7;

/** Each has a memory of its own. */
const mostLocalLanes = 32;

async function openLocal(
  choice: KernelChoice,
  work: number,
): Promise<{ lanes: readonly Lane[]; device: KernelDevice }> {
  const factory = await selectDevice(choice);
  const turns = createTurns();
  const length = Math.min(mostLocalLanes, Math.max(1, Math.ceil(work / turnWork)));
  return {
    lanes: Array.from({ length }, () => new LocalLane(factory, turns)),
    device: factory.device,
  };
}

function poolCrew<L extends { release(): void }>(
  source: LaneSource<L>,
  pool: Pool,
  close: () => Promise<void>,
): Crew<L, KernelDevice> {
  const lanes = source.remote(pool);
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
 * Runs `work` with the crew, closes it in any case, and makes an abort win over whatever it made fail. When the crew's
 * device fails, `work` begins again with what took its place, so that the result is that device's alone.
 * An abort ends the crew's own workers at once; a shared pool's finish the message they are at.
 */
export async function withCrew<T>(
  crew: Crew<unknown>,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = (): void => void crew.close();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    throwIfAborted(signal);
    return await work().catch(async (error: unknown) => {
      throwIfAborted(signal);
      if (!crew.fallBack) throw error;
      await crew.fallBack(error);
      return work();
    });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await crew.close();
  }
}
