import { throwIfAborted } from './errors.ts';

/** Longer than a frame's slack, and the event loop gets a turn: to paint, to answer, to abort. */
const sliceMs = 12;

/**
 * For long work in the calling thread: await what this returns between its parts, and other work gets a turn when
 * one is due.
 * @throws EngineError (as a rejection) `engine_aborted`, when the signal says so
 */
export function createBreather(signal?: AbortSignal): () => Promise<void> {
  let start = performance.now();
  return async () => {
    throwIfAborted(signal);
    if (performance.now() - start < sliceMs) return;
    await new Promise<void>(giveTurn);
    start = performance.now();
    throwIfAborted(signal);
  };
}

/** In Node a timer of 0 ms takes one; this takes none, and timers and what came in still get their turn. */
function giveTurn(resolve: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(resolve);
  else setTimeout(resolve);
}
