import type { StreamMessage } from '../consume/stream-message.ts';

/** A place in a partition: the offset of a message, or the one to read next. */
export type Position = {
  topic: string;
  partition: number;
  offset: bigint;
  /** Of the leader that wrote the message. */
  leaderEpoch: number;
};

/** A message without a body says that its key is gone, which is nothing that a player did. */
export type KafkaMessage = Omit<StreamMessage, 'body'> & Position & { body: Uint8Array | undefined };

/** What the group gives us between two rebalances. */
export type KafkaAssignment = {
  /**
   * From the committed offsets on, each partition in order. Ends when `over` aborts; throws when the connection is lost.
   */
  messages: AsyncIterable<KafkaMessage>;
  /** Aborts when a rebalance begins or the reader is told to stop: what is in flight is finished or abandoned now. */
  over: AbortSignal;
};

/** A member of a consumer group, as far as consuming asks for it; the client library stands behind it. */
export type KafkaConnection = {
  /** One after the other, until the signal aborts. Asking for the next says that the one before has been dealt with. */
  assignments(stopping: AbortSignal): AsyncIterable<KafkaAssignment>;
  /** Of the given positions, those of partitions that are ours. */
  commit(positions: readonly Position[]): Promise<void>;
  /** Messages behind the end, by topic, of the partitions that are ours. */
  lag(): Promise<ReadonlyMap<string, number>>;
  /** Leaves the group. Never rejects. */
  close(): Promise<void>;
};

export type ConnectKafka = () => Promise<KafkaConnection>;
