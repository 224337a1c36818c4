import { createBreather } from '../breathe.ts';
import type { Lane, LaneCalls, LaneHandlers, LaneMethod } from './calls.ts';
import { Partition } from './partition.ts';
import type { KernelFactory } from './select.ts';

/** The calling thread as a lane. */
export class LocalLane implements Lane {
  readonly #handlers: LaneHandlers;
  readonly #breathe = createBreather();

  constructor(factory: KernelFactory) {
    this.#handlers = new Partition(factory);
  }

  async call<M extends LaneMethod>(method: M, input: LaneCalls[M]['input']): Promise<LaneCalls[M]['output']> {
    const output = dispatch(this.#handlers, method, input);
    await this.#breathe();
    return output;
  }

  release(): void {}
}

export function dispatch<M extends LaneMethod>(
  handlers: LaneHandlers,
  method: M,
  input: LaneCalls[M]['input'],
): LaneCalls[M]['output'] {
  return handlers[method](input);
}
