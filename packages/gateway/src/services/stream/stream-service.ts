import { randomBytes } from 'node:crypto';
import type { Principal } from '../../auth/principal.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { StreamMessage, Told } from '../../routes/stream/schemas.ts';

export type NumberedMessage = StreamMessage & { id: string };
export type Subscription = AsyncIterable<NumberedMessage> & {
  close(): void;
  /** Resolves when what happens in other processes from then on is heard here. */
  heard: Promise<void>;
  /** The id that stands for all that was told so far, once the reader has taken everything that it wants of it. */
  position(): string | undefined;
  /** Called once, when the reader is let go because it is too far behind. */
  onBehind(tell: () => void): void;
};

/** At least so many of the latest messages are kept for who comes back. */
const keptMessages = 1000;
/**
 * A reader this far behind is let go, and comes back with the id of the last message that it saw. Less than what is kept, so that it
 * is still known then; what was on its way to the reader is the difference.
 */
const maxBehind = keptMessages / 2;
const maxSubscribers = 2000;

/** How long a tenant is still listened to after its last stream has closed: its reader may come back. */
const lingerMs = 60_000;

type Subscriber = { wants(message: StreamMessage): boolean; push(message: NumberedMessage): void };
type Channel = {
  /** Begins the ids of this channel; another life of it has another, so that a reader of before is known to have a gap. */
  life: string;
  next: number;
  recent: NumberedMessage[];
  subscribers: Set<Subscriber>;
  /** Resolves when the other processes know that this one listens. */
  heard: Promise<void>;
  linger: NodeJS.Timeout | undefined;
};

/** A message, or how to make it: where nobody listens, none is made. */
export type Telling = Told | (() => Told);
export const toldBy = (telling: Telling): Told => (typeof telling === 'function' ? telling() : telling);

/** What a stream has to do with the other processes. */
export type StreamPeers = {
  /** Takes what happened here to whoever listens elsewhere. */
  tell(tenantId: string, telling: Telling): void;
  /** A first stream of this tenant opens here; resolves when the others will tell of it. */
  listenTo(tenantId: string): Promise<void>;
  forget(tenantId: string): void;
};

const nobodyElse: StreamPeers = { tell: () => {}, listenTo: async () => {}, forget: () => {} };

/**
 * Live messages of each tenant to whoever listens at this process: what it took in, swept and trained itself, and what other
 * processes tell. Nothing waits for a listener, and where nobody listens nothing is kept.
 */
export class StreamService {
  readonly #peers: StreamPeers;
  readonly #channels = new Map<string, Channel>();
  readonly #open = new Set<Subscription>();

  constructor(peers: StreamPeers = nobodyElse) {
    this.#peers = peers;
  }

  /** Something happened in this process. */
  publish(tenantId: string, telling: Telling): void {
    this.deliver(tenantId, telling);
    this.#peers.tell(tenantId, telling);
  }

  /** Something happened, here or elsewhere: to the readers here. */
  deliver(tenantId: string, telling: Telling): void {
    const channel = this.#channels.get(tenantId);
    if (channel !== undefined) this.#send(channel, toldBy(telling));
  }

  /** Messages of other processes may have been lost, of this tenant or of all: the readers here are told so. */
  tellOfGap(tenantId?: string): void {
    for (const [id, channel] of this.#channels)
      if (tenantId === undefined || id === tenantId) this.#send(channel, { event: 'stream.reset', data: {} });
  }

  /**
   * @param after the id of the last message seen: what came since is sent first. Where that is not known any more, `stream.reset` is.
   */
  subscribe(principal: Principal, options: { player?: string; after: string | undefined }): Subscription {
    if (this.#open.size >= maxSubscribers) {
      throw new CrmbetError('overloaded', 'Too many streams are open.', { retryAfter: 5 });
    }
    const channel = this.#listen(principal.tenantId);
    let tellBehind = () => {};
    const wants = (message: StreamMessage) =>
      options.player === undefined ||
      message.event === 'stream.reset' ||
      playerOf(message) === options.player;
    const queue = new MessageQueue(before(channel, options.after, wants), () => {
      subscription.close();
      tellBehind();
    });
    const subscriber: Subscriber = { wants, push: (message) => queue.push(message) };
    const subscription: Subscription = {
      heard: channel.heard,
      onBehind: (tell) => {
        tellBehind = tell;
      },
      close: () => {
        channel.subscribers.delete(subscriber);
        this.#open.delete(subscription);
        queue.end();
        if (channel.subscribers.size === 0) this.#linger(principal.tenantId, channel);
      },
      position: () => (queue.isEmpty ? idOf(channel, channel.next - 1) : undefined),
      [Symbol.asyncIterator]: () => queue,
    };
    channel.subscribers.add(subscriber);
    this.#open.add(subscription);
    return subscription;
  }

  get openStreams(): number {
    return this.#open.size;
  }

  /** Ends every stream, so that a stopping gateway does not wait for its readers. */
  closeAll(): void {
    for (const subscription of [...this.#open]) subscription.close();
  }

  #send(channel: Channel, message: StreamMessage): void {
    const numbered = { ...message, id: idOf(channel, channel.next) };
    channel.next += 1;
    channel.recent.push(numbered);
    if (channel.recent.length > keptMessages * 2) channel.recent.splice(0, keptMessages);
    for (const subscriber of channel.subscribers) if (subscriber.wants(message)) subscriber.push(numbered);
  }

  #listen(tenantId: string): Channel {
    let channel = this.#channels.get(tenantId);
    if (channel === undefined) {
      channel = {
        life: randomBytes(4).toString('hex'),
        next: 1,
        recent: [],
        subscribers: new Set(),
        heard: this.#peers.listenTo(tenantId),
        linger: undefined,
      };
      this.#channels.set(tenantId, channel);
    }
    clearTimeout(channel.linger);
    channel.linger = undefined;
    return channel;
  }

  /** Goes on hearing for a while, so that a reader who comes back has missed nothing. */
  #linger(tenantId: string, channel: Channel): void {
    clearTimeout(channel.linger);
    channel.linger = setTimeout(() => {
      this.#channels.delete(tenantId);
      this.#peers.forget(tenantId);
    }, lingerMs);
    channel.linger.unref();
  }
}

const idOf = ({ life }: Channel, number: number) => `${life}-${number}`;

/** What a reader gets first. There may be a gap where the id is another life's, or of longer ago than what is kept. */
function before(channel: Channel, after: string | undefined, wants: Subscriber['wants']): NumberedMessage[] {
  if (after === undefined) return [];
  if (after === idOf(channel, channel.next - channel.recent.length - 1)) return channel.recent.filter(wants);
  const seen = channel.recent.findIndex(({ id }) => id === after);
  if (seen !== -1) return channel.recent.slice(seen + 1).filter(wants);
  return [{ event: 'stream.reset', data: {}, id: idOf(channel, channel.next - 1) }];
}

const playerOf = (message: Told) => (message.event === 'job.updated' ? undefined : message.data.player);

/** Holds what a reader has not taken yet. */
class MessageQueue implements AsyncIterator<NumberedMessage> {
  readonly #waiting: NumberedMessage[];
  readonly #limit: number;
  #wake: (() => void) | undefined;
  readonly #onBehind: () => void;
  #ended = false;

  /** @param missed what came before the reader did is not held against it */
  constructor(missed: NumberedMessage[], onBehind: () => void) {
    this.#waiting = missed;
    this.#limit = missed.length + maxBehind;
    this.#onBehind = onBehind;
  }

  push(message: NumberedMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length > this.#limit) this.#onBehind();
    this.#wake?.();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<NumberedMessage>> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    const value = this.#ended ? undefined : this.#waiting.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  async return(): Promise<IteratorResult<NumberedMessage>> {
    this.end();
    return { done: true, value: undefined };
  }
}
