import { CrmbetError } from '../../errors/crmbet-error.ts';

export type Patience = {
  /** Milliseconds of waiting that a sender has in all; what it brings earns them back. */
  idleMs: number;
  /** What earns a second of waiting: one byte every now and then must not hold a connection for ever. */
  minBytesPerSecond: number;
  /** Milliseconds without a byte, after which what has come is worth storing. */
  pauseMs: number;
};

export const pause = Symbol('pause');

/**
 * The chunks of a body, and a {@link pause} each time that nothing has come for a while. Only the time that is spent waiting for the
 * sender counts against the sender. Ends early when the signal aborts, by throwing its reason.
 *
 * @throws {CrmbetError} `request_timeout`, and what the body itself throws of the kind
 * @throws {SenderGone}
 */
export async function* readPatiently(
  body: ReadableStream<Uint8Array>,
  { idleMs, minBytesPerSecond, pauseMs }: Patience,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array | typeof pause> {
  const reader = body.getReader();
  /** Milliseconds of waiting that the sender has left. */
  let credit = idleMs;
  const waitFor = async <T>(promise: Promise<T>, ms: number) => {
    const startedAt = performance.now();
    const result = await within(promise, ms, signal);
    credit -= performance.now() - startedAt;
    return result;
  };
  try {
    for (;;) {
      const next = reader.read().catch((cause: unknown) => {
        throw cause instanceof CrmbetError ? cause : new SenderGone(cause);
      });
      next.catch(() => {});
      let result = await waitFor(next, pauseMs);
      if (result === undefined) {
        yield pause;
        result = await waitFor(next, Math.max(0, credit));
        if (result === undefined) throw new CrmbetError('request_timeout', 'The body came too slowly.');
      }
      if (result.done) return;
      credit = Math.min(idleMs, credit + (result.value.byteLength / minBytesPerSecond) * 1000);
      yield result.value;
    }
  } finally {
    // Not awaited: a body that hangs would never be done with it.
    reader.cancel().catch(() => {});
  }
}

/** The connection broke before the body was whole: nobody is left to answer. */
export class SenderGone extends Error {
  override readonly name = 'SenderGone';

  constructor(cause: unknown) {
    super('The connection broke before the body was whole.', { cause });
  }
}

/** What the promise brings, or undefined when it takes longer. */
function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => settle(() => reject(signal.reason));
    const timer = setTimeout(() => settle(() => resolve(undefined)), ms);
    const settle = (then: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      then();
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
