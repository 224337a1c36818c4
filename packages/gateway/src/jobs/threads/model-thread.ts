import { Worker } from 'node:worker_threads';
import { EngineError } from '@crmbet/engine';
import { toError } from './failure.ts';
import type { Reply, Request, Task, Tasks } from './messages.ts';

export type ThreadOptions = {
  signal?: AbortSignal | undefined;
  note?: ((share: number, step: string) => void) | undefined;
};

type Waiting = {
  worker: Worker;
  /** The thread says what the task that it was given gives. */
  resolve(output: Tasks[Task]['output']): void;
  reject(error: Error): void;
  note: ThreadOptions['note'];
};

/** A thread that is told to stop has this long to do so; one that is deep in a calculation is ended. */
const patienceMs = 2000;
/** A thread with nothing to do is let go after this long. */
const idleMs = 60_000;

/**
 * Training and models that others made, in a thread of their own: requests are answered meanwhile, and whatever a calculation does, it
 * can be ended. The thread is started when it is first needed.
 */
export class ModelThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** @throws EngineError `engine_aborted`, `engine_worker_failed` (the thread ended), and what the task throws */
  async run<T extends Task>(
    task: T,
    input: Tasks[T]['input'],
    { signal, note }: ThreadOptions = {},
  ): Promise<Tasks[T]['output']> {
    if (signal?.aborted) throw aborted(signal);
    clearTimeout(this.#idle);
    const worker = this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    let patience: NodeJS.Timeout | undefined;
    const onAbort = () => {
      worker.postMessage({ id, task: 'abort' } satisfies Request);
      patience = setTimeout(() => void this.#end(worker), patienceMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Tasks[T]['output']>((resolve, reject) => {
        this.#waiting.set(id, {
          worker,
          // The reply to a task is of that task: our own thread speaks here, by the types of its messages.
          resolve: resolve as Waiting['resolve'],
          reject,
          note,
        });
        worker.postMessage({ id, task, input });
      });
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : error;
    } finally {
      clearTimeout(patience);
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#letGoWhenIdle();
    }
  }

  /** Ends the thread; what still runs is rejected. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#end(this.#worker);
  }

  /** Whoever asks from now on gets another thread: this one would end with what it was asked. */
  async #end(worker: Worker | undefined): Promise<void> {
    if (worker !== undefined && this.#worker === worker) this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // The flags of the process (a test runner's hooks, code to evaluate) are not meant for our file.
    const worker = new Worker(new URL('./model-thread-worker.ts', import.meta.url), { execArgv: [] });
    worker.unref();
    this.#worker = worker;
    let reason: unknown;
    worker.on('message', (reply: Reply) => this.#receive(reply));
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      const failure = new EngineError('engine_worker_failed', 'The thread of the calculation has ended.', {
        cause: reason,
      });
      for (const waiting of this.#waiting.values()) if (waiting.worker === worker) waiting.reject(failure);
    });
    return worker;
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (reply.kind === 'note') waiting?.note?.(reply.share, reply.step);
    else if (reply.kind === 'done') waiting?.resolve(reply.output);
    else waiting?.reject(toError(reply.failure));
  }

  #letGoWhenIdle(): void {
    this.#idle = setTimeout(() => void this.close(), idleMs);
    this.#idle.unref();
  }
}

const aborted = (signal: AbortSignal) =>
  new EngineError('engine_aborted', 'The computation was aborted.', { cause: signal.reason });
