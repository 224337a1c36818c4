import type { Transport } from '../core/transport.ts';
import { AbortedError, APIError, ConnectionError, CRMBetError } from '../errors.ts';
import { path } from '../internal/path.ts';
import { isRetryable } from '../internal/retry.ts';
import type { SendEventsResult } from '../types.ts';
import type { CRMBetEvent } from './event.ts';
import { takeWithin } from './take-within.ts';

export type CaptureOptions = {
  /** Events that wait at most; 20. */
  batchSize?: number;
  /** Milliseconds that an event waits at most; 5,000. */
  intervalMs?: number;
  /** Events that are kept while the gateway cannot be reached; 1,000. The oldest go first. */
  capacity?: number;
  /** Told of events that will not be sent again: refused, or pushed out by newer ones. */
  onLost?: (events: CRMBetEvent[], reason: CRMBetError) => void;
};

/** Browsers allow 64 KB in keepalive requests; some of it is left to others on the page. */
const keepaliveBytes = 60_000;

/**
 * Gathers events and sends them in batches, one at a time and in order. Every event has its id before its first try,
 * so a batch whose answer was lost is sent again and still counts once.
 */
export class CaptureQueue {
  readonly #transport: Transport;
  readonly #options: Required<Omit<CaptureOptions, 'onLost'>> & Pick<CaptureOptions, 'onLost'>;
  #waiting: CRMBetEvent[] = [];
  #inFlight: CRMBetEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;

  constructor(transport: Transport, options: CaptureOptions = {}) {
    this.#transport = transport;
    this.#options = { batchSize: 20, intervalMs: 5_000, capacity: 1_000, ...options };
  }

  add(event: CRMBetEvent): void {
    this.#waiting.push(event);
    this.#dropBeyondCapacity();
    if (this.#waiting.length >= this.#options.batchSize) void this.flush();
    else this.#later();
  }

  /** Sends what waits, now. Settles once all of it is answered for, lost or kept for the next try; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length > 0) this.#later();
    });
    return this.#sending;
  }

  /**
   * The page may be going: sends all that fits into one request that outlives it, the batch in flight too, because
   * the browser cuts that one off. What was sent twice counts once.
   */
  flushOnLeave(): void {
    const batch = takeWithin([...this.#inFlight, ...this.#waiting], keepaliveBytes);
    if (batch.length === 0) return;
    const leaving = this.#waiting.filter((event) => batch.includes(event));
    this.#waiting = this.#waiting.filter((event) => !batch.includes(event));
    this.#post(batch, true).then(
      (result) => this.#reportRefused(leaving, batch, result),
      // The page is still there: they wait again.
      () => this.#putBack(leaving),
    );
  }

  async #drain(): Promise<void> {
    let size = this.#options.batchSize;
    while (this.#waiting.length > 0) {
      this.#inFlight = this.#waiting.splice(0, size);
      const batch = this.#inFlight;
      try {
        this.#reportRefused(batch, batch, await this.#post(batch, false));
      } catch (error) {
        if (!(error instanceof CRMBetError)) throw error;
        if (error instanceof APIError && error.status === 413 && batch.length > 1) {
          size = Math.ceil(batch.length / 2);
          this.#putBack(batch);
        } else if (isPassing(error)) {
          this.#putBack(batch);
          return;
        } else {
          this.#lose(batch, error);
        }
      } finally {
        this.#inFlight = [];
      }
    }
  }

  #post(events: CRMBetEvent[], keepalive: boolean): Promise<SendEventsResult> {
    return this.#transport.request<SendEventsResult>({
      method: 'POST',
      path: path`/v1/events`,
      body: { events },
      ...(keepalive ? { keepalive, maxRetries: 0 } : {}),
    });
  }

  /** Batches are answered item by item; a refused event would be refused again. */
  #reportRefused(mine: CRMBetEvent[], batch: CRMBetEvent[], result: SendEventsResult): void {
    for (const { index, status, code, errors } of result.results) {
      const event = batch[index];
      if (event === undefined || !mine.includes(event) || (status !== 'rejected' && status !== 'conflict'))
        continue;
      const why = errors?.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
      this.#lose([event], new CRMBetError(`The event ${event.id} was refused: ${why || code || status}`));
    }
  }

  #putBack(events: CRMBetEvent[]): void {
    this.#waiting.unshift(...events);
    this.#dropBeyondCapacity();
    this.#later();
  }

  #dropBeyondCapacity(): void {
    const over = this.#waiting.length - this.#options.capacity;
    if (over <= 0) return;
    this.#lose(
      this.#waiting.splice(0, over),
      new CRMBetError('The queue is full; the oldest events were dropped.'),
    );
  }

  #lose(events: CRMBetEvent[], reason: CRMBetError): void {
    this.#transport.logger.warn('crmbet: events were lost', { count: events.length, reason: reason.message });
    this.#options.onLost?.(events, reason);
  }

  #later(): void {
    this.#timer ??= unref(setTimeout(() => void this.flush(), this.#options.intervalMs));
  }
}

const isPassing = (error: CRMBetError) =>
  error instanceof ConnectionError ||
  error instanceof AbortedError ||
  (error instanceof APIError && isRetryable(error.status, error.code));

/** In Node a waiting event does not keep the process alive; a server flushes when it ends. */
function unref(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}
