import { randomBytes } from 'node:crypto';
import type { Principal } from '../../auth/principal.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { StreamMessage, Told } from '../../routes/stream/schemas.ts';

export type NumberedMessage = StreamMessage & { id: string };
export type Subscription = AsyncIterable<NumberedMessage> & {
  close(): void;
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

type Subscriber = { wants(message: Told): boolean; push(message: NumberedMessage): void };
type Kept = Told & { id: string };
type Channel = { next: number; recent: Kept[]; subscribers: Set<Subscriber> };

/**
 * Live messages of each tenant to whoever listens on this gateway: what this gateway took in, its own sweeps and its own trainings.
 * Nothing waits for a listener.
 */
export class StreamService {
  readonly #boot = randomBytes(4).toString('hex');
  readonly #channels = new Map<string, Channel>();
  readonly #open = new Set<Subscription>();

  publish(tenantId: string, message: Told): void {
    const channel = this.#channel(tenantId);
    const numbered = { ...message, id: this.#idOf(channel.next) };
    channel.next += 1;
    channel.recent.push(numbered);
    if (channel.recent.length > keptMessages * 2) channel.recent.splice(0, keptMessages);
    for (const subscriber of channel.subscribers) if (subscriber.wants(message)) subscriber.push(numbered);
  }

  /**
   * @param after the id of the last message seen: what came since is sent first. Where that is not known any more, `stream.reset` is.
   */
  subscribe(principal: Principal, options: { player?: string; after: string | undefined }): Subscription {
    if (this.#open.size >= maxSubscribers) {
      throw new CrmbetError('overloaded', 'Too many streams are open.', { retryAfter: 5 });
    }
    const channel = this.#channel(principal.tenantId);
    let tellBehind = () => {};
    const wants = (message: Told) => options.player === undefined || playerOf(message) === options.player;
    const queue = new MessageQueue(this.#before(channel, options.after, wants), () => {
      subscription.close();
      tellBehind();
    });
    const subscriber: Subscriber = { wants, push: (message) => queue.push(message) };
    const subscription: Subscription = {
      onBehind: (tell) => {
        tellBehind = tell;
      },
      close: () => {
        channel.subscribers.delete(subscriber);
        this.#open.delete(subscription);
        queue.end();
      },
      position: () => (queue.isEmpty ? this.#idOf(channel.next - 1) : undefined),
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

  #idOf(number: number): string {
    return `${this.#boot}-${number}`;
  }

  /** What a reader gets first. There may be a gap where the id is another boot's, or of longer ago than what is kept. */
  #before(channel: Channel, after: string | undefined, wants: Subscriber['wants']): NumberedMessage[] {
    if (after === undefined) return [];
    if (after === this.#idOf(channel.next - channel.recent.length - 1)) return channel.recent.filter(wants);
    const seen = channel.recent.findIndex(({ id }) => id === after);
    if (seen !== -1) return channel.recent.slice(seen + 1).filter(wants);
    return [{ event: 'stream.reset', data: {}, id: this.#idOf(channel.next - 1) }];
  }

  #channel(tenantId: string): Channel {
    let channel = this.#channels.get(tenantId);
    if (channel === undefined) {
      channel = { next: 1, recent: [], subscribers: new Set() };
      this.#channels.set(tenantId, channel);
    }
    return channel;
  }
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
