import type { Port } from './protocol.ts';
import { nodeWorkerThreads } from './runtime.ts';

/** Answers whoever started this worker, in a browser or in Node. Only the clients in this package do, with requests of type R. */
export function serve<R>(createHost: (port: Port) => (request: R) => Promise<void>): void {
  const parent = nodeWorkerThreads()?.parentPort;
  if (parent) {
    const host = createHost({ post: (message, transfer) => parent.postMessage(message, transfer) });
    parent.on('message', (message: R) => void host(message));
    return;
  }
  const scope = globalThis as unknown as {
    postMessage(message: unknown, transfer: ArrayBuffer[]): void;
    onmessage: ((event: MessageEvent<R>) => void) | null;
  };
  const host = createHost({ post: (message, transfer) => scope.postMessage(message, transfer) });
  scope.onmessage = (event) => void host(event.data);
}
