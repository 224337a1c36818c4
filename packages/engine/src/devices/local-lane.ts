import { createBreather } from '../breathe.ts';
import type { Lane, LaneCalls, LaneHandlers, LaneMethod } from './calls.ts';
import { Partition } from './partition.ts';
import type { KernelFactory } from './select.ts';

/** Runs what the calling thread is given, one after another. */
export type Turns = <T>(work: () => T) => Promise<T>;

/** Between two of them other work gets its turn when one is due. */
export function createTurns(): Turns {
  const breathe = createBreather();
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const answer = last.then(work);
    last = answer.then(breathe, breathe);
    return answer;
  };
}

/**
 * The calling thread as a lane. One call is never interrupted: several lanes that share their turns, each with a part
 * of the rows, keep a call short.
 */
export class LocalLane implements Lane {
  readonly #factory: KernelFactory;
  readonly #turns: Turns;
  #handlers: LaneHandlers | undefined;

  constructor(factory: KernelFactory, turns: Turns = createTurns()) {
    this.#factory = factory;
    this.#turns = turns;
  }

  call<M extends LaneMethod>(method: M, input: LaneCalls[M]['input']): Promise<LaneCalls[M]['output']> {
    return this.#turns(() => {
      this.#handlers ??= new Partition(this.#factory);
      return dispatch(this.#handlers, method, input);
    });
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
