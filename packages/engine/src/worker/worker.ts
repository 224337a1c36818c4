/** What runs in a worker: a module worker in a browser, or one of node:worker_threads. */
import { createHost } from './host.ts';
import type { Request } from './protocol.ts';
import { nodeWorkerThreads } from './runtime.ts';

// Only the client in this package starts this file, so what arrives here is a Request.
const parent = nodeWorkerThreads()?.parentPort;
if (parent) {
  const host = createHost({ post: (message, transfer) => parent.postMessage(message, transfer) });
  parent.on('message', (message: Request) => void host(message));
} else {
  const scope = globalThis as unknown as {
    postMessage(message: unknown, transfer: ArrayBuffer[]): void;
    onmessage: ((event: MessageEvent<Request>) => void) | null;
  };
  const host = createHost({ post: (message, transfer) => scope.postMessage(message, transfer) });
  scope.onmessage = (event) => void host(event.data);
}
