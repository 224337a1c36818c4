import { Registry } from '@prometheus-io/client';
import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { createLogger } from '../../observability/logger.ts';
import { eventually } from '../../testing/eventually.ts';
import type { ConsumerContext } from '../consume/consumer-context.ts';
import { ConsumerMetrics } from '../consume/consumer-metrics.ts';
import { consumeKafka } from './consume-kafka.ts';
import type { KafkaAssignment, KafkaConnection, KafkaMessage, Position } from './kafka-connection.ts';

/**
 * A broker of one topic, in memory: partitions are logs, committed offsets survive a connection, and an assignment starts from
 * them. The test says when the group is rebalanced and which calls fail.
 */
class FakeBroker {
  readonly logs = new Map<number, Uint8Array[]>();
  readonly committed = new Map<number, bigint>();
  readonly commits: Position[] = [];
  /** Messages handed out, over all assignments. */
  handedOut = 0;
  connections = 0;
  failConnects = 0;
  failCommits = 0;
  closed = 0;
  #rebalance = new AbortController();
  #ours: number[] = [];

  publish(partition: number, ...events: unknown[]): void {
    const log = this.logs.get(partition) ?? [];
    this.logs.set(partition, log);
    if (!this.#ours.includes(partition)) this.#ours.push(partition);
    log.push(...events.map((event) => new TextEncoder().encode(JSON.stringify(event))));
  }

  /** Begins a rebalance after which these partitions are ours. */
  rebalance(ours: number[]): void {
    this.#ours = ours;
    this.#rebalance.abort();
    this.#rebalance = new AbortController();
  }

  connect = async (): Promise<KafkaConnection> => {
    this.connections += 1;
    if (this.failConnects > 0) {
      this.failConnects -= 1;
      throw new Error('ECONNREFUSED');
    }
    return {
      assignments: (stopping) => this.#assignments(stopping),
      commit: async (positions) => {
        if (this.failCommits > 0) {
          this.failCommits -= 1;
          throw new Error('REQUEST_TIMED_OUT');
        }
        for (const position of positions.filter(({ partition }) => this.#ours.includes(partition))) {
          this.commits.push(position);
          this.committed.set(position.partition, position.offset);
        }
      },
      lag: async () => new Map([['events', 0]]),
      close: async () => {
        this.closed += 1;
      },
    };
  };

  async *#assignments(stopping: AbortSignal): AsyncGenerator<KafkaAssignment> {
    while (!stopping.aborted) {
      const over = AbortSignal.any([this.#rebalance.signal, stopping]);
      yield { messages: this.#read([...this.#ours], over), over };
    }
  }

  async *#read(partitions: number[], over: AbortSignal): AsyncGenerator<KafkaMessage> {
    const next = new Map(partitions.map((partition) => [partition, this.committed.get(partition) ?? 0n]));
    while (!over.aborted) {
      for (const partition of partitions) {
        const offset = next.get(partition) ?? 0n;
        const body = this.logs.get(partition)?.[Number(offset)];
        if (body === undefined || over.aborted) continue;
        next.set(partition, offset + 1n);
        this.handedOut += 1;
        yield {
          topic: 'events',
          partition,
          offset,
          leaderEpoch: 3,
          body,
          contentType: undefined,
          contentEncoding: undefined,
        };
      }
      await new Promise((turn) => setTimeout(turn, 1));
    }
  }
}

/** What was stored, in order, and how the store behaves. */
class FakeStore {
  readonly stored: { player: string; n: number }[] = [];
  letters = 0;
  down = false;
  /** Keeps what is sent from being stored until it is opened. */
  gate: Promise<void> | undefined;

  target = {
    send: async (events: readonly unknown[]) => {
      await this.gate;
      if (this.down) throw new CrmbetError('store_unavailable', 'away');
      await new Promise((turn) => setTimeout(turn, 1));
      // Only this test publishes.
      this.stored.push(...(events as { player: string; n: number }[]));
    },
    keep: async () => {
      this.letters += 1;
    },
  };
  numbers = () => this.stored.map(({ n }) => n);
}

function start(broker: FakeBroker, store: FakeStore, batch = 10) {
  const context: ConsumerContext = {
    channel: 'kafka',
    target: store.target,
    log: createLogger('silent'),
    metrics: new ConsumerMetrics(new Registry()),
    replay: false,
    batch,
  };
  return consumeKafka(context, broker.connect);
}

const many = (count: number, player: (n: number) => string = (n) => `p-${n % 7}`) =>
  Array.from({ length: count }, (_, n) => ({ player: player(n), n }));

describe('a consumer of Kafka', { timeout: 30_000 }, () => {
  it('stores what a partition holds, each player in order, and commits up to the end', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.publish(0, ...many(500));
    broker.publish(1, ...many(300, (n) => `q-${n % 3}`));
    const consumer = start(broker, store);
    await eventually(async () =>
      expect(broker.committed).toEqual(
        new Map([
          [0, 500n],
          [1, 300n],
        ]),
      ),
    );
    await consumer.stop();
    expect(store.stored).toHaveLength(800);
    for (const player of new Set(store.stored.map((event) => event.player))) {
      const order = store.stored.filter((event) => event.player === player).map(({ n }) => n);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    expect(broker.commits.every(({ leaderEpoch }) => leaderEpoch === 3)).toBe(true);
    expect(broker.closed).toBe(1);
  });

  it('commits nothing before it is stored', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    broker.publish(0, ...many(20));
    const consumer = start(broker, store);
    await eventually(async () => expect(broker.handedOut).toBe(20));
    await new Promise((turn) => setTimeout(turn, 700));
    expect(broker.commits).toEqual([]);
    open();
    await eventually(async () => expect(broker.committed.get(0)).toBe(20n));
    await consumer.stop();
  });

  it('takes no more than it has room for while the store is away, then goes on by itself', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    store.down = true;
    broker.publish(0, ...many(1000));
    const consumer = start(broker, store);
    await new Promise((turn) => setTimeout(turn, 300));
    // Four slots of ten, twice, and the one that found no room.
    expect(broker.handedOut).toBeLessThanOrEqual(81);
    expect(broker.commits).toEqual([]);
    store.down = false;
    await eventually(async () => expect(broker.committed.get(0)).toBe(1000n));
    await consumer.stop();
    expect(store.numbers().toSorted((a, b) => a - b)).toEqual(many(1000).map(({ n }) => n));
    expect(store.letters).toBe(0);
  });

  it('finishes what is in flight before it gives a partition back, and goes on behind it', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.publish(0, ...many(400));
    broker.publish(1, ...many(400, () => 'other').map((event) => ({ ...event, n: event.n + 1000 })));
    const consumer = start(broker, store, 5);
    await eventually(async () => expect(store.stored.length).toBeGreaterThan(50));
    broker.rebalance([0]);
    await eventually(async () => expect(broker.committed.get(0)).toBe(400n));
    const other = store.numbers().filter((n) => n >= 1000);
    // Of the partition that is gone nothing more is read; what was in flight is stored.
    expect(other.length).toBeLessThan(400);
    broker.rebalance([0, 1]);
    await eventually(async () => expect(broker.committed.get(1)).toBe(400n));
    await consumer.stop();
    expect(new Set(store.numbers()).size).toBe(800);
    // Kept, so not read twice: all of it had been stored and committed when the rebalance went on.
    expect(store.numbers().filter((n) => n < 1000)).toHaveLength(400);
  });

  it('lets go of a partition while the store is away, and leaves its messages uncommitted', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    store.down = true;
    broker.publish(0, ...many(300));
    const consumer = start(broker, store);
    await eventually(async () => expect(broker.handedOut).toBeGreaterThan(50));
    broker.rebalance([]);
    await new Promise((turn) => setTimeout(turn, 50));
    const handedOut = broker.handedOut;
    await new Promise((turn) => setTimeout(turn, 100));
    expect(broker.handedOut).toBe(handedOut);
    const stopped = consumer.stop();
    store.down = false;
    await stopped;
    expect(broker.commits).toEqual([]);
  });

  it('repeats a commit that fails, and never goes back', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.failCommits = 2;
    broker.publish(0, ...many(10));
    const consumer = start(broker, store);
    await eventually(async () => expect(store.stored).toHaveLength(10));
    for (let n = 0; n < 3; n += 1) {
      broker.publish(0, { player: 'late', n });
      await new Promise((turn) => setTimeout(turn, 600));
    }
    await eventually(async () => expect(broker.committed.get(0)).toBe(13n));
    await consumer.stop();
    const offsets = broker.commits.map(({ offset }) => Number(offset));
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  it('passes over what has no body, and keeps what cannot be read', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.publish(0, ...many(3));
    broker.logs.get(0)?.splice(1, 0, new TextEncoder().encode('{'));
    const read = broker.connect;
    broker.connect = async () => {
      const connection = await read();
      return {
        ...connection,
        assignments: async function* (stopping) {
          for await (const { messages, over } of connection.assignments(stopping)) {
            yield {
              over,
              messages: (async function* () {
                for await (const message of messages)
                  yield message.offset === 2n ? { ...message, body: undefined } : message;
              })(),
            };
          }
        },
      };
    };
    const consumer = start(broker, store);
    await eventually(async () => expect(broker.committed.get(0)).toBe(4n));
    await consumer.stop();
    expect(store.numbers()).toEqual([0, 2]);
    expect(store.letters).toBe(1);
  });

  it('connects again for ever, and stops in the middle of that', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.failConnects = 3;
    broker.publish(0, ...many(10));
    const consumer = start(broker, store);
    await eventually(async () => expect(broker.committed.get(0)).toBe(10n));
    expect(broker.connections).toBe(4);
    await consumer.stop();
    const lost = new FakeBroker();
    lost.failConnects = 1000;
    const second = start(lost, store);
    await eventually(async () => expect(lost.connections).toBeGreaterThan(1));
    await second.stop();
    const connections = lost.connections;
    await new Promise((turn) => setTimeout(turn, 100));
    expect(lost.connections).toBe(connections);
  });

  it('told to stop stores and commits what it has taken', async () => {
    const [broker, store] = [new FakeBroker(), new FakeStore()];
    broker.publish(0, ...many(5000));
    const consumer = start(broker, store, 5);
    await eventually(async () => expect(store.stored.length).toBeGreaterThan(20));
    await consumer.stop();
    expect(store.stored.length).toBeLessThan(5000);
    expect(broker.committed.get(0)).toBe(BigInt(broker.handedOut));
    expect(store.stored).toHaveLength(broker.handedOut);
  });
});
