import type { Lane, LaneCalls, LaneHandlers, LaneMethod } from './calls.ts';
import { Partition } from './partition.ts';
import type { KernelFactory } from './select.ts';

/** Longer than a frame's slack, and the event loop gets a turn: to paint, to answer, to abort. */
const sliceMs = 12;

/** The calling thread as a lane. */
export class LocalLane implements Lane {
  readonly #handlers: LaneHandlers;
  #sliceStart = performance.now();

  constructor(factory: KernelFactory) {
    this.#handlers = new Partition(factory.create());
  }

  async call<M extends LaneMethod>(method: M, input: LaneCalls[M]['input']): Promise<LaneCalls[M]['output']> {
    const output = dispatch(this.#handlers, method, input);
    if (performance.now() - this.#sliceStart > sliceMs) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#sliceStart = performance.now();
    }
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
