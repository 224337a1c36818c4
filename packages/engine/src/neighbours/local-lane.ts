import { createBreather } from '../breathe.ts';
import type { KernelChoice } from '../devices/select.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import type { SearchCalls, SearchHandlers, SearchLane, SearchMethod } from './calls.ts';
import { SearchIndex } from './search-index.ts';
import { selectNeighbourKernel } from './select.ts';

/** The calling thread as a lane, which gets a turn between calls. */
class LocalSearchLane implements SearchLane {
  readonly #handlers: SearchHandlers;
  readonly #breathe = createBreather();

  constructor(handlers: SearchHandlers) {
    this.#handlers = handlers;
  }

  async call<M extends SearchMethod>(
    method: M,
    input: SearchCalls[M]['input'],
  ): Promise<SearchCalls[M]['output']> {
    const output = dispatchSearch(this.#handlers, method, input);
    await this.#breathe();
    return output;
  }

  release(): void {}
}

export async function openLocalSearch(
  choice: KernelChoice,
): Promise<{ lane: SearchLane; device: KernelDevice }> {
  const factory = await selectNeighbourKernel(choice);
  return { lane: new LocalSearchLane(new SearchIndex(factory.create())), device: factory.device };
}

export function dispatchSearch<M extends SearchMethod>(
  handlers: SearchHandlers,
  method: M,
  input: SearchCalls[M]['input'],
): SearchCalls[M]['output'] {
  return handlers[method](input);
}
