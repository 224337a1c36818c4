import { abortError, EngineError, throwIfAborted } from '../../errors.ts';
import { type SpawnedWorker, spawnEngineWorker } from '../spawn.ts';
import type { EngineRequest, EngineResponse } from './messages.ts';
import type { TaskName, TaskOptions, TaskResult } from './tasks.ts';

export interface EngineWorkerOptions {
  /** Where the package's `engine-worker.js` is served, for bundlers that do not follow `new URL(…, import.meta.url)`. */
  readonly workerUrl?: URL | string | undefined;
}

/** A matrix that lies in the worker. */
export interface HeldMatrix {
  readonly names: readonly string[];
  readonly rowCount: number;
  /** Lets the worker forget it. */
  free(): void;
}

/**
 * The engine in a worker of its own, so that the page goes on painting whatever is computed. Rows are moved into it once, and
 * nothing is sent anywhere else. Large computations start more workers by themselves, as they do in the page.
 */
export interface EngineWorker {
  /**
   * Moves columns into the worker: they are empty afterwards in the caller, unless they lie over a `SharedArrayBuffer`.
   * @throws EngineError (as a rejection) as `FeatureMatrix.fromColumns`, and `engine_worker_failed`
   */
  load(names: readonly string[], columns: readonly Float32Array[]): Promise<HeldMatrix>;
  /**
   * Runs the function of that name over the matrix. Rejects with `engine_aborted` as soon as the signal says so.
   * @throws EngineError (as a rejection) what the function throws, and `engine_worker_failed`
   */
  run<T extends TaskName>(task: T, matrix: HeldMatrix, options: TaskOptions<T>): Promise<TaskResult<T>>;
  /** Ends the worker; what still runs is rejected with `engine_aborted`. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  progress?: ((value: never) => void) | undefined;
}

/** Starts the worker. Where its file cannot be loaded, the first `load` says so. */
export function openEngineWorker(options: EngineWorkerOptions = {}): EngineWorker {
  return new EngineClient(spawnEngineWorker(options.workerUrl));
}

class EngineClient implements EngineWorker {
  readonly #worker: SpawnedWorker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ids = new WeakMap<HeldMatrix, number>();
  #lastId = 0;
  #ended: EngineError | undefined;

  constructor(worker: SpawnedWorker) {
    this.#worker = worker;
    // Only our own worker speaks here.
    worker.onMessage((message) => this.#receive(message as EngineResponse));
    worker.onFailure((reason) => {
      const what = reason instanceof Error ? reason.message : String(reason);
      this.#end(new EngineError('engine_worker_failed', `The worker failed: ${what}`, { cause: reason }));
    });
  }

  async load(names: readonly string[], columns: readonly Float32Array[]): Promise<HeldMatrix> {
    const rowCount = columns[0]?.length ?? 0;
    const id = ++this.#lastId;
    const buffers = columns.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
    await this.#ask({ id, type: 'load', names, columns }, [...new Set(buffers)]);
    const matrix: HeldMatrix = {
      names: [...names],
      rowCount,
      free: () => {
        this.#ids.delete(matrix);
        if (!this.#ended) this.#worker.post({ id, type: 'free' } satisfies EngineRequest, []);
      },
    };
    this.#ids.set(matrix, id);
    return matrix;
  }

  async run<T extends TaskName>(
    task: T,
    matrix: HeldMatrix,
    options: TaskOptions<T>,
  ): Promise<TaskResult<T>> {
    // What every task may be given beside its data, neither of which can be sent.
    const { signal, onProgress, ...data }: Sendable = options;
    throwIfAborted(signal);
    const held = this.#ids.get(matrix);
    if (held === undefined)
      throw new EngineError('engine_worker_failed', 'The matrix was freed, or is another worker’s.');
    const id = ++this.#lastId;
    const answer = this.#ask({ id, type: 'run', matrix: held, task, options: data }, [], onProgress);
    if (signal === undefined) return (await answer) as TaskResult<T>;
    const onAbort = () => this.#giveUp(id, abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // The worker answers a task with what the task of that name returns; the host's dispatch is checked by type.
      return (await answer) as TaskResult<T>;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    this.#end(new EngineError('engine_aborted', 'The worker was closed.'));
    await this.#worker.terminate();
  }

  #ask(request: EngineRequest, transfer: ArrayBuffer[], progress?: Waiting['progress']): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject, progress });
      this.#worker.hold(true);
      try {
        this.#worker.post(request, transfer);
      } catch (cause) {
        this.#settle(request.id);
        reject(
          new EngineError('engine_worker_failed', 'The options hold something that cannot be sent.', {
            cause,
          }),
        );
      }
    });
  }

  #receive(response: EngineResponse): void {
    const waiting = this.#waiting.get(response.id);
    if (!waiting) return;
    // The task's own progress, typed by its name where it was asked for.
    if (response.type === 'progress') {
      try {
        waiting.progress?.(response.value as never);
      } catch (error) {
        // As in the page: what the callback throws is what the task rejects with.
        this.#giveUp(response.id, error);
      }
      return;
    }
    this.#settle(response.id);
    if (response.type === 'done') {
      waiting.resolve(response.value);
      return;
    }
    const { code, message, details } = response.error;
    waiting.reject(new EngineError(code, message, { details }));
  }

  /** Rejects a task, and lets the worker stop it. */
  #giveUp(id: number, reason: unknown): void {
    this.#waiting.get(id)?.reject(reason);
    this.#settle(id);
    if (!this.#ended) this.#worker.post({ id, type: 'cancel' } satisfies EngineRequest, []);
  }

  #settle(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.hold(false);
  }

  #end(reason: EngineError): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
    this.#worker.hold(false);
  }
}

interface Sendable {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: never) => void) | undefined;
}
