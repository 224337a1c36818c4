import { EngineError } from '../../errors.ts';
import { FeatureMatrix } from '../../matrix.ts';
import { ownBuffers, toWire } from '../host.ts';
import type { Port } from '../protocol.ts';
import type { EngineRequest, EngineResponse } from './messages.ts';
import { tasks } from './tasks.ts';

/** The worker's side: keeps matrices, runs tasks over them, and tells of their progress. */
export function createEngineHost(port: Port): (request: EngineRequest) => Promise<void> {
  const matrices = new Map<number, FeatureMatrix>();
  const running = new Map<number, AbortController>();
  const post = (response: EngineResponse) =>
    port.post(response, response.type === 'done' ? ownBuffers(response.value) : []);

  async function run(request: EngineRequest & { type: 'run' }): Promise<unknown> {
    const matrix = matrices.get(request.matrix);
    if (matrix === undefined)
      throw new EngineError('engine_worker_failed', 'The worker holds no such matrix.');
    const controller = new AbortController();
    running.set(request.id, controller);
    try {
      const options = {
        ...request.options,
        signal: controller.signal,
        onProgress: (value: unknown) => post({ id: request.id, type: 'progress', value }),
      };
      // The client's types join a task with its options; here both come as data, and the task checks its own.
      const task = tasks[request.task] as (matrix: FeatureMatrix, options: object) => Promise<unknown>;
      return await task(matrix, options);
    } finally {
      running.delete(request.id);
    }
  }

  return async (request) => {
    const { id } = request;
    if (request.type === 'cancel') return running.get(id)?.abort();
    if (request.type === 'free') return void matrices.delete(id);
    try {
      if (request.type === 'load')
        matrices.set(id, FeatureMatrix.fromColumns(request.names, request.columns));
      post({ id, type: 'done', value: request.type === 'run' ? await run(request) : null });
    } catch (error) {
      post({ id, type: 'failed', error: toWire(error) });
    }
  };
}
