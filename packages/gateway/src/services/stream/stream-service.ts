import { randomBytes } from 'node:crypto';
import type { Principal } from '../../auth/principal.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { StreamMessage } from '../../routes/stream/schemas.ts';

export type NumberedMessage = StreamMessage & { id: string };
export type Subscription = AsyncIterable<NumberedMessage> & {
  close(): void;
  /** Called once, when the reader is let go because it is too far behind. */
  onBehind(tell: () => void): void;
};

const keptMessages = 1000;
/** A reader this far behind is let go; it comes back with the id of the last message that it saw. */
const maxBehind = 2000;
const maxSubscribers = 2000;

type Subscriber = { wants(message: StreamMessage): boolean; push(message: NumberedMessage): void };
type Channel = { next: number; recent: NumberedMessage[]; subscribers: Set<Subscriber> };

/** Live messages of each tenant to whoever listens on this gateway. Nothing waits for a listener. */
export class StreamService {
  readonly #boot = randomBytes(4).toString('hex');
  readonly #channels = new Map<string, Channel>();
  readonly #open = new Set<Subscription>();

  publish(tenantId: string, message: StreamMessage): void {
    const channel = this.#channel(tenantId);
    const numbered = { ...message, id: `${this.#boot}-${channel.next}` };
    channel.next += 1;
    channel.recent.push(numbered);
    if (channel.recent.length > keptMessages * 2) channel.recent.splice(0, keptMessages);
    for (const subscriber of channel.subscribers) if (subscriber.wants(message)) subscriber.push(numbered);
  }

  /** @param after the id of the last message seen; what came since is sent first, as far as it is kept */
  subscribe(principal: Principal, options: { player?: string; after: string | undefined }): Subscription {
    if (this.#open.size >= maxSubscribers) {
      throw new CrmbetError('overloaded', 'Too many streams are open.', { retryAfter: 5 });
    }
    const channel = this.#channel(principal.tenantId);
    let tellBehind = () => {};
    const queue = new MessageQueue(() => {
      subscription.close();
      tellBehind();
    });
    const wants = (message: StreamMessage) =>
      options.player === undefined || playerOf(message) === options.player;
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
      [Symbol.asyncIterator]: () => queue,
    };
    for (const message of missedSince(channel, options.after)) if (wants(message)) queue.push(message);
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

  #channel(tenantId: string): Channel {
    let channel = this.#channels.get(tenantId);
    if (channel === undefined) {
      channel = { next: 1, recent: [], subscribers: new Set() };
      this.#channels.set(tenantId, channel);
    }
    return channel;
  }
}

const playerOf = (message: StreamMessage) =>
  message.event === 'job.updated' ? undefined : message.data.player;

function missedSince(channel: Channel, after: string | undefined): NumberedMessage[] {
  if (after === undefined) return [];
  const seen = channel.recent.findIndex((message) => message.id === after);
  return seen === -1 ? [] : channel.recent.slice(seen + 1);
}

/** Holds what a reader has not taken yet. */
class MessageQueue implements AsyncIterator<NumberedMessage> {
  readonly #waiting: NumberedMessage[] = [];
  #wake: (() => void) | undefined;
  readonly #onBehind: () => void;
  #ended = false;

  constructor(onBehind: () => void) {
    this.#onBehind = onBehind;
  }

  push(message: NumberedMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length > maxBehind) this.#onBehind();
    this.#wake?.();
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
