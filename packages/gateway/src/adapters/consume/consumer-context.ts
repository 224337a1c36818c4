import type { Logger } from 'pino';
import { backOffMs, wait } from './back-off.ts';
import type { Channel, ConsumerMetrics } from './consumer-metrics.ts';
import { Intake, type IntakeTarget } from './intake.ts';
import { readMessage } from './read-message.ts';
import type { StreamMessage } from './stream-message.ts';

/** What every consumer is given, whatever its broker. */
export type ConsumerContext = {
  channel: Channel;
  target: IntakeTarget;
  log: Logger;
  metrics: ConsumerMetrics;
  /** Everything of the stream is history: it changes who is in a segment and announces nothing. */
  replay: boolean;
  /** Events of a batch. */
  batch: number;
};

/** A consumer that runs until it is stopped. */
export type Consumer = {
  /** Takes nothing more, finishes what is being stored, gives it back to the broker, and leaves. */
  stop(): Promise<void>;
};

/** As many batches as keep the lanes of the gateway busy. */
const slots = 4;
/** Of messages as they are unpacked. */
const maxWaitingBytes = 64 * 1024 * 1024;

/** What is in flight may take this long to be stored when a partition is lost or the process is told to end. */
export const settleMs = 10_000;

/** An intake for one session with the broker: what a lost session has left behind is abandoned with it. */
export function openIntake({ channel, target, log, metrics, batch }: ConsumerContext): Intake {
  return new Intake(target, {
    slots,
    maxBatch: batch,
    maxWaiting: slots * batch * 2,
    maxWaitingBytes,
    onRetry: (error, failed) => {
      metrics.retried(channel);
      // The first, and then ever fewer of a long row.
      if (Number.isInteger(Math.log2(failed))) {
        log.warn(
          { channel, failed, cause: nameOf(error) },
          'events were not stored yet; they will be sent again',
        );
      }
    },
    onSetAside: (error) =>
      log.error(
        { channel, cause: nameOf(error) },
        'an event that the store refuses goes to the dead letters',
      ),
  });
}

/** Reads a message and takes it in; resolves when there is room for the next. */
export async function takeMessage(
  { channel, metrics, replay }: ConsumerContext,
  intake: Intake,
  message: StreamMessage,
  onStored: () => void,
): Promise<void> {
  const { items, bytes } = readMessage(message, replay);
  const events = items.filter(({ kind }) => kind === 'event').length;
  await intake.take(items, bytes, () => {
    metrics.stored(channel, events, items.length - events);
    metrics.waiting(channel, intake.waiting);
    onStored();
  });
  metrics.waiting(channel, intake.waiting);
}

/** A consumer that runs sessions one after the other until it is stopped, with a pause after each that failed. */
export function consumeBy(
  context: ConsumerContext,
  session: (stopping: AbortSignal, opened: () => void) => Promise<void>,
): Consumer {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = keepConnected(context, signal, (opened) => session(signal, opened));
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function keepConnected(
  { channel, log, metrics }: ConsumerContext,
  signal: AbortSignal,
  /** Resolves when the session has ended as it should; rejects when it was lost. Calls `opened` once it works. */
  session: (opened: () => void) => Promise<void>,
): Promise<void> {
  for (let failed = 0; !signal.aborted; ) {
    try {
      await session(() => {
        if (failed > 0) log.info({ channel, failed }, 'connected to the broker again');
        failed = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      failed += 1;
      metrics.reconnected(channel);
      const ms = backOffMs(failed);
      log.warn(
        { channel, failed, again: `in ${Math.ceil(ms / 1000)} s`, cause: sayWhy(error) },
        'the connection to the broker was lost or is not to be had',
      );
      await wait(ms, signal);
    }
  }
}

/** Of an error of the database no message: it may hold values. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}

/** Of an error of a broker's client: some of them are lists of others, and say the same several times. */
export function sayWhy(error: unknown): string {
  const said = new Set<string>();
  for (let at = error, depth = 0; at instanceof Error && depth < 20; depth += 1) {
    said.add(at.message);
    at = at instanceof AggregateError ? at.errors.at(-1) : at.cause;
  }
  return said.size === 0 ? String(error) : [...said].filter((text) => text !== '').join(' ');
}
