import type { Lane, LaneCalls, LaneMethod } from '../devices/calls.ts';
import type { KernelChoice } from '../devices/select.ts';
import { EngineError } from '../errors.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { SearchCalls, SearchLane, SearchMethod } from '../neighbours/calls.ts';
import type { Request, Response, ResponseValue } from './protocol.ts';
import { type SpawnedWorker, spawnWorker } from './spawn.ts';

interface Waiting {
  readonly resolve: (value: ResponseValue) => void;
  readonly reject: (error: EngineError) => void;
}

/** `Omit` over each member of the union. */
type Unsent<R> = R extends Request ? Omit<R, 'id'> : never;

/** One worker. Answers are matched by id, never by order. */
export class WorkerClient {
  readonly #worker: SpawnedWorker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lastSession = 0;
  #ended: EngineError | undefined;

  constructor(url?: URL | string) {
    this.#worker = spawnWorker(url);
    this.#worker.onMessage((message) => this.#receive(message as Response));
    this.#worker.onFailure((reason) => {
      const what = reason instanceof Error ? reason.message : String(reason);
      this.#end(new EngineError('engine_worker_failed', `A worker failed: ${what}`, { cause: reason }));
    });
  }

  async open(device: KernelChoice): Promise<KernelDevice> {
    const value = await this.#send({ type: 'open', device });
    if (!value || !('device' in value)) throw unexpected('open');
    return value.device;
  }

  /** A lane with rows of its own in this worker. */
  lane(): Lane {
    const session = ++this.#lastSession;
    return {
      call: async <M extends LaneMethod>(
        method: M,
        input: LaneCalls[M]['input'],
        transfer?: ArrayBuffer[],
      ) => {
        // TypeScript does not follow that `method` and `input` belong together, nor that the answer to a request
        // of this id is this method's output; the host's dispatch is where both are checked by type.
        const request = { type: 'call', session, method, input } as Unsent<Request>;
        const value = await this.#send(request, transfer);
        return value as LaneCalls[M]['output'];
      },
      release: () => {
        this.#send({ type: 'release', session }).catch(() => undefined);
      },
    };
  }

  /** A lane with an index of its own in this worker. */
  searchLane(): SearchLane {
    const session = ++this.#lastSession;
    return {
      call: async <M extends SearchMethod>(
        method: M,
        input: SearchCalls[M]['input'],
        transfer?: ArrayBuffer[],
      ) => {
        // As above.
        const request = { type: 'search', session, method, input } as Unsent<Request>;
        const value = await this.#send(request, transfer);
        return value as SearchCalls[M]['output'];
      },
      release: () => {
        this.#send({ type: 'release', session }).catch(() => undefined);
      },
    };
  }

  /** Rejects what is still waiting with `reason`, and ends the worker. */
  async terminate(reason: EngineError): Promise<void> {
    this.#end(reason);
    await this.#worker.terminate();
  }

  #send(request: Unsent<Request>, transfer: ArrayBuffer[] = []): Promise<ResponseValue> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.hold(true);
      try {
        this.#worker.post({ ...request, id }, transfer);
      } catch (cause) {
        this.#settle(id);
        const what = 'What a worker is to work on cannot be sent to it, as a proxy of a model cannot.';
        reject(new EngineError('engine_worker_failed', what, { cause }));
      }
    });
  }

  #receive(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    if (!waiting) return;
    this.#settle(response.id);
    if (response.ok) {
      waiting.resolve(response.value);
    } else {
      const { code, message, details } = response.error;
      waiting.reject(new EngineError(code, message, { details }));
    }
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

function unexpected(request: string): EngineError {
  return new EngineError('engine_worker_failed', `The worker's answer to "${request}" is none.`);
}
