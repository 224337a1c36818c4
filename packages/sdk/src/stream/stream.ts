import type { Transport } from '../core/transport.ts';
import { APIError, ConnectionError } from '../errors.ts';
import { path } from '../internal/path.ts';
import { isRetryable, retryDelay } from '../internal/retry.ts';
import { type Sleep, sleep } from '../internal/sleep.ts';
import type { StreamMessage } from '../types.ts';
import { readBody } from './read-body.ts';
import { type SseMessage, SseParser } from './sse-parser.ts';

export type StreamOptions = {
  /** Only this player. */
  player?: string | undefined;
  /** Ends the stream, without an error. */
  signal?: AbortSignal | undefined;
  /** Go on after this message, where the gateway still has what came since. */
  lastEventId?: string | undefined;
};

/** The gateway's heartbeat comes every 15 s. */
const silenceMs = 45_000;

/** What happens, as it happens. By `fetch`, because an EventSource cannot carry a credential in a header. */
export class Stream {
  readonly #transport: Transport;
  readonly #sleep: Sleep;
  readonly #silenceMs: number;

  constructor(transport: Transport, clock: { sleep?: Sleep; silenceMs?: number } = {}) {
    this.#transport = transport;
    this.#sleep = clock.sleep ?? sleep;
    this.#silenceMs = clock.silenceMs ?? silenceMs;
  }

  /**
   * Opens a stream that mends itself: after a break it connects again, waiting longer each time, and goes on after the
   * last message (the gateway keeps the last thousand; beyond that a `stream.reset` says that there may be a gap). Ends when `signal` aborts or the loop over it is left.
   *
   * @throws {APIError} when the gateway refuses for good: a wrong credential, a missing scope
   */
  async *open(options: StreamOptions = {}): AsyncGenerator<StreamMessage, void> {
    const { signal: outer } = options;
    const controller = new AbortController();
    const onAbort = () => controller.abort(outer?.reason);
    if (outer?.aborted) return;
    outer?.addEventListener('abort', onAbort, { once: true });
    const { signal } = controller;
    let lastId = options.lastEventId ?? '';
    let asked = 0;
    let broken = 0;
    try {
      while (!signal.aborted) {
        const parser = new SseParser(lastId);
        let askedOnce = 0;
        try {
          for await (const chunk of readBody(
            await this.#connect(options.player, lastId, signal),
            this.#silenceMs,
          )) {
            for (const message of parser.push(chunk)) {
              broken = 0;
              lastId = message.id;
              const typed = this.#typed(message);
              if (typed !== undefined) yield typed;
              if (signal.aborted) return;
            }
            // The gateway gives its place also where there is nothing to tell.
            lastId = parser.lastId;
            asked = parser.retry ?? asked;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof APIError && !isRetryable(error.status, error.code)) throw error;
          askedOnce = error instanceof APIError ? (error.retryAfter ?? 0) * 1_000 : 0;
        }
        broken += 1;
        const wait = Math.max(asked, askedOnce, retryDelay(broken, undefined));
        this.#transport.logger.debug('crmbet: the stream broke; connecting again', {
          waitMs: Math.round(wait),
        });
        await this.#sleep(wait, signal).catch(() => {});
      }
    } finally {
      outer?.removeEventListener('abort', onAbort);
      controller.abort();
    }
  }

  async #connect(
    player: string | undefined,
    lastId: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.open({
      method: 'GET',
      path: path`/v1/stream`,
      query: { player },
      headers: { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
      maxRetries: 0,
      signal,
    });
    if (response.body === null) throw new ConnectionError('The stream came without a body.');
    return response.body;
  }

  /** Passes over events that this version of the client does not know. */
  #typed({ id, event, data }: SseMessage): StreamMessage | undefined {
    if (!isKnown(event)) return undefined;
    try {
      // The contract's word: the data of an event of this name has the shape that the OpenAPI file gives it.
      return { id, event, data: JSON.parse(data) } as StreamMessage;
    } catch {
      this.#transport.logger.warn('crmbet: a message of the stream is not JSON; passed over', { id, event });
      return undefined;
    }
  }
}

const known: Record<StreamMessage['event'], true> = {
  'player.event': true,
  'segment.entered': true,
  'segment.left': true,
  'job.updated': true,
  'stream.reset': true,
};

const isKnown = (event: string): event is StreamMessage['event'] => Object.hasOwn(known, event);
