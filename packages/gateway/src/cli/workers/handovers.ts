import type { Worker } from 'node:cluster';
import { z } from 'zod';

/** What node:cluster sends with a connection, what a worker answers when it has taken it or not, and how it opens and closes. */
const Handing = z.object({ act: z.literal('newconn'), seq: z.number() });
const Answer = z.object({ ack: z.number(), accepted: z.boolean() });
const Gate = z.object({ act: z.enum(['queryServer', 'close']) });
type Connection = { close(): void };
const Connection = z.custom<Connection>(
  (value) =>
    typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function',
);

/**
 * Two kinds of connections stay open in the primary for ever, each with a client that waits, because node:cluster lets go of one
 * only when somebody takes it: those on their way to a worker that dies, and those that the last worker to close has sent back. This
 * closes them, so that their clients know. Of the first kind nobody can say whether the dead had begun to read, so they are
 * given to nobody else.
 */
export class Handovers {
  readonly #onTheWay = new Map<number, { connection: Connection; to: Worker }>();
  readonly #sentBack = new Set<Connection>();
  readonly #taking = new Set<Worker>();

  watch(worker: Worker): void {
    const { process } = worker;
    const seeHanding = (message: unknown, handle: unknown) => {
      const handing = Handing.safeParse(message);
      const connection = Connection.safeParse(handle);
      if (!handing.success || !connection.success) return;
      this.#sentBack.delete(connection.data);
      this.#onTheWay.set(handing.data.seq, { connection: connection.data, to: worker });
    };
    process.send = new Proxy(process.send, {
      apply(send, self, args: unknown[]) {
        seeHanding(args[0], args[1]);
        return Reflect.apply(send, self, args);
      },
    });
    // Called after node:cluster's own listener, which by then has given what was sent back to another, if there is one.
    process.on('internalMessage', (message: unknown) => {
      const answer = Answer.safeParse(message);
      if (answer.success) this.#seeAnswer(answer.data);
      const gate = Gate.safeParse(message);
      if (gate.success) this.#seeGate(worker, gate.data.act);
    });
    worker.once('exit', () => {
      for (const [seq, { connection, to }] of this.#onTheWay) {
        if (to !== worker) continue;
        this.#onTheWay.delete(seq);
        connection.close();
      }
      this.#seeGate(worker, 'close');
    });
  }

  #seeAnswer({ ack, accepted }: z.infer<typeof Answer>): void {
    const connection = this.#onTheWay.get(ack)?.connection;
    this.#onTheWay.delete(ack);
    const isElsewhere = [...this.#onTheWay.values()].some((other) => other.connection === connection);
    if (connection === undefined || accepted || isElsewhere) return;
    this.#sentBack.add(connection);
    this.#closeLeft();
  }

  #seeGate(worker: Worker, act: 'queryServer' | 'close'): void {
    if (act === 'queryServer') this.#taking.add(worker);
    else this.#taking.delete(worker);
    this.#closeLeft();
  }

  #closeLeft(): void {
    if (this.#taking.size > 0) return; // one of those takes them, when it is free
    for (const connection of this.#sentBack) connection.close();
    this.#sentBack.clear();
  }
}
