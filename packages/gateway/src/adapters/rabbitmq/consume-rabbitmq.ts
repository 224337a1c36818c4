import { type Channel as AmqpChannel, type ConsumeMessage, connect } from 'amqplib';
import {
  type Consumer,
  type ConsumerContext,
  consumeBy,
  openIntake,
  settleMs,
  takeMessage,
} from '../consume/consumer-context.ts';
import type { Intake } from '../consume/intake.ts';
import { Progress } from '../consume/progress.ts';

export type RabbitmqOptions = {
  /** amqp://user:password@host:5672/vhost, or amqps:// */
  url: string;
  /** A queue that is there. Classic or quorum is all the same here. */
  queue: string;
  /** Messages that the broker sends ahead of our acknowledgements. */
  prefetch: number;
};

const connectMs = 10_000;
const lagEveryMs = 10_000;
const closeMs = 2000;

/**
 * Stores what a queue of RabbitMQ holds. A message is acknowledged after the commit of its events and of every message before it,
 * so what is lost between the two comes again and is a duplicate. Connects again for ever.
 */
export function consumeRabbitmq(context: ConsumerContext, options: RabbitmqOptions): Consumer {
  return consumeBy(context, (stopping, opened) => runSession(context, options, stopping, opened));
}

async function runSession(
  context: ConsumerContext,
  { url, queue, prefetch }: RabbitmqOptions,
  stopping: AbortSignal,
  opened: () => void,
): Promise<void> {
  const connection = await connect(url, {
    timeout: connectMs,
    noDelay: true,
    clientProperties: { connection_name: `crmbet consume ${queue}` },
  });
  const lost = new AbortController();
  const lose = (error?: unknown) => lost.abort(error ?? new Error('The broker closed the connection.'));
  connection.on('error', lose);
  connection.on('close', lose);
  const intake = openIntake(context);
  const over = AbortSignal.any([lost.signal, stopping]);
  try {
    const channel = await connection.createChannel();
    channel.on('error', lose);
    channel.on('close', () => lose(new Error('The broker closed the channel.')));
    const session = new Session(context, channel, intake, lost.signal);
    await session.measureLag(queue);
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) lose(new Error(`The queue ${queue} is gone.`));
      else session.receive(message);
    });
    opened();
    context.log.info({ channel: context.channel, queue, prefetch }, 'consuming');
    const lagTimer = setInterval(() => void session.measureLag(queue).catch(() => {}), lagEveryMs);
    try {
      await aborted(over);
    } finally {
      clearInterval(lagTimer);
    }
    lost.signal.throwIfAborted();
    await channel.cancel(consumerTag);
    await session.finish();
    await within(channel.close());
  } finally {
    intake.abandon();
    await within(connection.close());
  }
}

/** One channel's deliveries. Their tags mean nothing on another. */
class Session {
  readonly #context: ConsumerContext;
  readonly #channel: AmqpChannel;
  readonly #intake: Intake;
  readonly #lost: AbortSignal;
  readonly #progress = new Progress<ConsumeMessage>();
  readonly #received: ConsumeMessage[] = [];
  #pumping = false;
  #finishing = false;
  #acked: ConsumeMessage | undefined;
  #ackIsDue = false;

  constructor(context: ConsumerContext, channel: AmqpChannel, intake: Intake, lost: AbortSignal) {
    this.#context = context;
    this.#channel = channel;
    this.#intake = intake;
    this.#lost = lost;
  }

  /** The broker sends no more than the prefetch, so what waits here is bounded. */
  receive(message: ConsumeMessage): void {
    this.#received.push(message);
    if (!this.#pumping) void this.#pump();
  }

  /** Stores what has been taken in, acknowledges it, and gives the rest back to the queue. */
  async finish(): Promise<void> {
    this.#finishing = true;
    await this.#intake.settled(settleMs);
    this.#intake.abandon();
    this.#ack();
    this.#channel.nackAll(true);
  }

  async measureLag(queue: string): Promise<void> {
    const { messageCount } = await this.#channel.checkQueue(queue);
    this.#context.metrics.lag(this.#context.channel, queue, messageCount);
    this.#context.metrics.waiting(this.#context.channel, this.#intake.waiting);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let message = this.#next(); message !== undefined; message = this.#next()) {
      const done = this.#progress.begin(message);
      const { contentType, contentEncoding } = message.properties;
      await takeMessage(
        this.#context,
        this.#intake,
        { body: message.content, contentType: text(contentType), contentEncoding: text(contentEncoding) },
        () => {
          done();
          this.#ackSoon();
        },
      );
    }
    this.#pumping = false;
  }

  #next(): ConsumeMessage | undefined {
    return this.#finishing || this.#lost.aborted ? undefined : this.#received.shift();
  }

  /** One acknowledgement for all messages of a commit. */
  #ackSoon(): void {
    if (this.#ackIsDue) return;
    this.#ackIsDue = true;
    setImmediate(() => {
      this.#ackIsDue = false;
      this.#ack();
    });
  }

  #ack(): void {
    const { reached } = this.#progress;
    if (reached === undefined || reached === this.#acked || this.#lost.aborted) return;
    this.#acked = reached;
    this.#channel.ack(reached, true);
  }
}

/** amqplib types properties loosely; a sender may leave any of them out. */
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What is already broken cannot be closed, and need not be. */
async function within(closing: Promise<void>): Promise<void> {
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, closeMs).unref();
  });
  await Promise.race([closing.catch(() => {}), late]);
}
