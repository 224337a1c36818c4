import type { Transport } from '../core/transport.ts';
import { type CaptureOptions, CaptureQueue } from '../events/capture-queue.ts';
import type { BuiltInEventType, CapturedEvent, CRMBetEvent } from '../events/event.ts';
import { onLeave } from '../events/on-leave.ts';
import { type UploadCounts, type UploadOptions, uploadEvents } from '../events/upload.ts';
import { path } from '../internal/path.ts';
import { randomId } from '../internal/random-id.ts';
import type { RequestOptions, SendEventsResult } from '../types.ts';

export type SendOptions = RequestOptions & {
  /** Writes state without triggering any action: for loading history. */
  replay?: boolean | undefined;
};

/** Any name; the editor offers the built-in ones. */
type AnyType = BuiltInEventType | (string & Record<never, never>);

export class Events {
  readonly #transport: Transport;
  readonly #captureOptions: CaptureOptions;
  #queue: CaptureQueue | undefined;

  constructor(transport: Transport, captureOptions: CaptureOptions = {}) {
    this.#transport = transport;
    this.#captureOptions = captureOptions;
  }

  /**
   * Sends one event, or a batch of up to 1,000, and answers when they are durable. A batch answers item by item, in
   * `results`, and does not throw for a bad item; an event sent alone throws.
   *
   * @throws {InvalidRequestError} the event sent alone was rejected; `errors` says where
   * @throws {ConflictError} the id of the event sent alone is taken by another body
   */
  send<const T extends AnyType>(event: CRMBetEvent<T>, options?: SendOptions): Promise<SendEventsResult>;
  send<const T extends readonly AnyType[]>(
    events: readonly [...{ [I in keyof T]: CRMBetEvent<T[I]> }],
    options?: SendOptions,
  ): Promise<SendEventsResult>;
  send(one: CRMBetEvent | readonly CRMBetEvent[], options: SendOptions = {}): Promise<SendEventsResult> {
    const { replay, ...rest } = options;
    const flag = replay === undefined ? {} : { replay };
    const body = Array.isArray(one) ? { events: one, ...flag } : { ...one, ...flag };
    return this.#transport.request<SendEventsResult>({
      method: 'POST',
      path: path`/v1/events`,
      body,
      ...rest,
    });
  }

  /**
   * Sends any number of events, as the source brings them and no faster than they are stored. Answers when all are durable. Holds a
   * few megabytes of them at a time, and goes on by itself where a connection breaks: what was stored twice counts once.
   *
   * @example
   * await crmbet.events.stream(readHistory(), { replay: true, onProblem: ({ event, errors }) => console.warn(event.id, errors) });
   * @throws {CRMBetError} when it cannot go on; what was stored stays, and the same events may be sent again
   */
  stream(
    source: Iterable<CRMBetEvent> | AsyncIterable<CRMBetEvent>,
    options?: UploadOptions,
  ): Promise<UploadCounts> {
    return uploadEvents(this.#transport, source, options);
  }

  /**
   * Puts an event into the queue and returns its id. The queue is sent when 20 events wait or the oldest has waited
   * 5 s, and when the page is left. It lives in memory: a server calls `flush()` before it ends.
   */
  capture<const T extends AnyType>(event: CapturedEvent<T>): string;
  capture(event: CapturedEvent): string {
    const id = event.id ?? randomId();
    this.#open().add({ ...event, id, time: event.time ?? new Date().toISOString() });
    return id;
  }

  /** Sends what `capture` gathered, now. Never rejects: what was refused goes to `capture.onLost`. */
  flush(): Promise<void> {
    return this.#queue?.flush() ?? Promise.resolve();
  }

  #open(): CaptureQueue {
    if (this.#queue === undefined) {
      const queue = new CaptureQueue(this.#transport, this.#captureOptions);
      onLeave(() => queue.flushOnLeave());
      this.#queue = queue;
    }
    return this.#queue;
  }
}
