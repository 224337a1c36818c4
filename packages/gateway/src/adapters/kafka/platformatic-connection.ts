import type { Message, MessagesStream, Consumer as PlatformaticConsumer } from '@platformatic/kafka';
import type { KafkaAssignment, KafkaConnection, KafkaMessage } from './kafka-connection.ts';
import type { KafkaSettings } from './kafka-settings.ts';

type Client = PlatformaticConsumer<Buffer, Buffer, Buffer, Buffer>;
type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

const heartbeatMs = 3000;
/** A member that is gone is noticed after this time; the event loop is never held up nearly as long. */
const sessionMs = 30_000;
/** Joining waits for all members, so an answer may take longer than that. */
const requestMs = sessionMs + 10_000;
/** A broker answers a fetch that finds nothing after this time. */
const pollMs = 1000;
const fetchBytes = 8 * 1024 * 1024;
const bufferedMessages = 1024;
const closeMs = 5000;

/**
 * Joins a consumer group through @platformatic/kafka.
 *
 * A new stream is made for each assignment. The library would go on with the old one, and an answer to a fetch that was under way
 * during the rebalance would set its offset behind messages that were never handed out.
 */
export async function connectKafka({
  brokers,
  tls,
  sasl,
  topics,
  group,
}: KafkaSettings): Promise<KafkaConnection> {
  // Loaded here, so that nobody else waits for it.
  const { Consumer } = await import('@platformatic/kafka');
  const client: Client = new Consumer<Buffer, Buffer, Buffer, Buffer>({
    clientId: 'crmbet',
    groupId: group,
    bootstrapBrokers: brokers,
    ...(tls ? { tls: {}, tlsServerName: true } : {}),
    ...(sasl === undefined ? {} : { sasl }),
    autocommit: false,
    sessionTimeout: sessionMs,
    rebalanceTimeout: sessionMs,
    heartbeatInterval: heartbeatMs,
    heartbeatStallTimeout: sessionMs,
    requestTimeout: requestMs,
    maxWaitTime: pollMs,
    maxBytes: fetchBytes,
    highWaterMark: bufferedMessages,
  });
  const membership = new Membership(client);
  // A topic that no stream reads any more is forgotten, and with it the membership; between two streams it must not be.
  client.topics.trackAll(...topics);

  const open = async (stopping: AbortSignal): Promise<Stream> => {
    // Who is told to stop does not wait for a broker that is away.
    const giveUp = () => void client.close(true).catch(() => {});
    stopping.addEventListener('abort', giveUp, { once: true });
    try {
      return await client.consume({ topics: [...topics], mode: 'committed', fallbackMode: 'earliest' });
    } finally {
      stopping.removeEventListener('abort', giveUp);
    }
  };

  return {
    async *assignments(stopping) {
      let before: Stream | undefined;
      while (!stopping.aborted) {
        // The first joins the group. Nothing else happens between its being made and what is read of the membership here.
        const stream = await open(stopping);
        const { round, rebalance } = membership;
        void before?.close().catch(() => {});
        before = stream;
        const over = AbortSignal.any([rebalance, stopping]);
        yield { messages: read(stream, over), over } satisfies KafkaAssignment;
        await membership.joinedAfter(round, stopping);
      }
    },
    commit: async (positions) => {
      const ours = positions.filter(({ topic, partition }) =>
        client.assignments?.some((own) => own.topic === topic && own.partitions.includes(partition)),
      );
      if (ours.length > 0) await client.commit({ offsets: ours.map((position) => ({ ...position })) });
    },
    lag: async () => {
      const lag = await client.getLag({ topics: [...topics] });
      // Below zero stands for a partition of somebody else's.
      return new Map(
        [...lag].map(([topic, partitions]) => [
          topic,
          Number(partitions.reduce((sum, behind) => (behind > 0n ? sum + behind : sum), 0n)),
        ]),
      );
    },
    close: async () => {
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('late')), closeMs).unref();
      });
      // Where leaving does not succeed the broker notices by itself; the sockets must not stay open for that.
      await Promise.race([client.close(true), late]).catch(() => client.connections.close().catch(() => {}));
    },
  };
}

/** Which rebalances there have been, and whether the membership has failed for good. */
class Membership {
  #round = 0;
  #rebalance = new AbortController();
  #failure: Error | undefined;
  #onChange: (() => void)[] = [];

  constructor(client: Client) {
    client.on('consumer:group:rebalance', () => this.#rebalance.abort());
    client.on('consumer:group:join', () => {
      this.#round += 1;
      this.#rebalance.abort();
      this.#rebalance = new AbortController();
      this.#changed();
    });
    client.on('consumer:heartbeat:stalled', () =>
      this.#fail(new Error('The group does not hear us any more.')),
    );
    client.on('error', (error: Error) => this.#fail(error));
  }

  /** Counts how often we have joined. */
  get round(): number {
    return this.#round;
  }

  /** Aborts when what this round has given us is to be given back. */
  get rebalance(): AbortSignal {
    return this.#rebalance.signal;
  }

  /** Resolves once we have joined again after a round, or are told to stop; rejects when that will not happen. */
  async joinedAfter(round: number, stopping: AbortSignal): Promise<void> {
    const wake = () => this.#changed();
    stopping.addEventListener('abort', wake);
    try {
      while (this.#round === round && !stopping.aborted) {
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#onChange.push(resolve);
        });
      }
    } finally {
      stopping.removeEventListener('abort', wake);
    }
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#rebalance.abort();
    this.#changed();
  }

  #changed(): void {
    for (const wake of this.#onChange.splice(0)) wake();
  }
}

/** Pulls, so that the stream fetches no more than is asked for. */
async function* read(stream: Stream, over: AbortSignal): AsyncGenerator<KafkaMessage> {
  let failure: Error | undefined;
  let wake = () => {};
  const onChange = () => wake();
  stream.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  stream.on('readable', onChange);
  stream.on('close', onChange);
  over.addEventListener('abort', onChange, { once: true });
  try {
    while (!over.aborted) {
      const message: Message<Buffer, Buffer, Buffer, Buffer> | null = stream.read();
      if (message !== null) {
        yield toMessage(message);
        continue;
      }
      if (failure !== undefined) throw failure;
      if (stream.destroyed) throw new Error('The stream of messages has ended.');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stream.removeListener('readable', onChange);
    stream.removeListener('close', onChange);
    over.removeEventListener('abort', onChange);
  }
}

function toMessage({
  topic,
  partition,
  offset,
  leaderEpoch,
  value,
  headers,
}: Message<Buffer, Buffer, Buffer, Buffer>): KafkaMessage {
  // The library types a value as present; that of a tombstone is not.
  const body: Buffer | null | undefined = value;
  const texts = new Map([...headers].map(([name, text]) => [String(name).toLowerCase(), String(text)]));
  return {
    topic,
    partition,
    offset,
    leaderEpoch,
    body: body ?? undefined,
    contentType: texts.get('content-type'),
    contentEncoding: texts.get('content-encoding'),
  };
}
