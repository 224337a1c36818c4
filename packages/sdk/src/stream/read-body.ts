import { ConnectionError } from '../errors.ts';

/**
 * The chunks of a body. When nothing arrives for `idleMs`, not even the server's heartbeat, the connection is taken
 * for dead: a half-open one would be silent for ever.
 */
export async function* readBody(
  body: ReadableStream<Uint8Array>,
  idleMs: number,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  try {
    while (true) {
      const { done, value } = await before(reader.read(), idleMs);
      if (done) return;
      yield value;
    }
  } finally {
    // Not awaited: cancelling a dead connection may never come back.
    reader.cancel().catch(() => {});
  }
}

function before<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ConnectionError(`The stream was silent for ${ms} ms.`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
