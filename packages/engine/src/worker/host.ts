import { dispatch } from '../devices/local-lane.ts';
import { Partition } from '../devices/partition.ts';
import { type KernelFactory, selectDevice } from '../devices/select.ts';
import { EngineError } from '../errors.ts';
import { dispatchSearch } from '../neighbours/local-lane.ts';
import { SearchIndex } from '../neighbours/search-index.ts';
import { type NeighbourKernelFactory, selectNeighbourKernel } from '../neighbours/select.ts';
import type { Port, Request, Response, ResponseValue, WireError } from './protocol.ts';

/** The worker's side: answers each request by its id. */
export function createHost(port: Port): (request: Request) => Promise<void> {
  const partitions = new Map<number, Partition>();
  const indexes = new Map<number, SearchIndex>();
  let factory: KernelFactory | undefined;
  let neighbourFactory: NeighbourKernelFactory | undefined;

  async function answer(request: Request): Promise<ResponseValue> {
    if (request.type === 'open') {
      factory = await selectDevice(request.device);
      return { device: factory.device };
    }
    if (request.type === 'release') {
      partitions.delete(request.session);
      indexes.delete(request.session);
      return null;
    }
    if (!factory)
      throw new EngineError('engine_worker_failed', 'The worker was called before it was opened.');
    if (request.type === 'search') {
      neighbourFactory ??= await selectNeighbourKernel(factory.device);
      const index = indexes.get(request.session) ?? new SearchIndex(neighbourFactory.create());
      indexes.set(request.session, index);
      return dispatchSearch(index, request.method, request.input);
    }
    let partition = partitions.get(request.session);
    if (!partition) {
      partition = new Partition(factory);
      partitions.set(request.session, partition);
    }
    return dispatch(partition, request.method, request.input);
  }

  return async (request) => {
    let response: Response;
    try {
      response = { id: request.id, ok: true, value: await answer(request) };
    } catch (error) {
      response = { id: request.id, ok: false, error: toWire(error) };
    }
    port.post(response, response.ok ? ownBuffers(response.value) : []);
  };
}

/** What a partition or a task returns is its own copy, never a view of something it keeps, so its buffers can be moved. */
export function ownBuffers(value: unknown): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const part of Object.values(value ?? {})) {
    if (ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer) buffers.push(part.buffer);
  }
  return buffers;
}

export function toWire(error: unknown): WireError {
  if (error instanceof EngineError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  return {
    code: 'engine_worker_failed',
    message: error instanceof Error ? error.message : String(error),
    details: {},
  };
}
