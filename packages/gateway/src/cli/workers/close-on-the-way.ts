import type { Worker } from 'node:cluster';
import { z } from 'zod';

/** What node:cluster sends with a connection, and what a worker answers when it has taken it or not. */
const Handing = z.object({ act: z.literal('newconn'), seq: z.number() });
const Answer = z.object({ ack: z.number() });
const Handle = z.custom<{ close(): void }>(
  (value) =>
    typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function',
);

/**
 * A connection that was on its way to a worker when that died stays open in the primary for ever, and its client waits: node:cluster
 * only lets go of it when the worker answers. This closes such connections, so that the client knows and tries again. Whether
 * the worker had begun to read is not known, so nobody else may be given them.
 */
export function closeWhatDiedOnTheWay(worker: Worker): void {
  const onTheWay = new Map<number, { close(): void }>();
  const { process } = worker;
  process.send = new Proxy(process.send, {
    apply(send, self, args: unknown[]) {
      const [message, handle] = args;
      const handing = Handing.safeParse(message);
      const handed = Handle.safeParse(handle);
      if (handing.success && handed.success) onTheWay.set(handing.data.seq, handed.data);
      return Reflect.apply(send, self, args);
    },
  });
  process.on('internalMessage', (message: unknown) => {
    const answer = Answer.safeParse(message);
    if (answer.success) onTheWay.delete(answer.data.ack);
  });
  worker.once('exit', () => {
    for (const handle of onTheWay.values()) handle.close();
    onTheWay.clear();
  });
}
