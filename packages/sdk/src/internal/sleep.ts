import { AbortedError } from '../errors.ts';

export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits; an abort ends the wait at once with an {@link AbortedError}. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortedBy(signal));
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortedBy(signal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });

export const abortedBy = (signal: AbortSignal | undefined) =>
  new AbortedError('The call was aborted.', { cause: signal?.reason });

/** The promise, unless the signal is faster. What the promise stands for goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedBy(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
