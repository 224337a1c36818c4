import type { List } from '../core/list.ts';
import { listOf } from '../core/list-of.ts';
import type { Transport } from '../core/transport.ts';
import type { CRMBetEvent } from '../events/event.ts';
import { path } from '../internal/path.ts';
import type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterSummary,
  ListDeadLettersQuery,
  ReplayDeadLetters,
  ReplayedLetter,
  ReplayedLetters,
  RequestOptions,
} from '../types.ts';

/** What was sent and could not be stored as an event. */
export class DeadLetters {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first, without what was sent: `get` gives that. */
  list(
    query: ListDeadLettersQuery = {},
    options: RequestOptions = {},
  ): List<DeadLetterSummary, DeadLetterPage> {
    return listOf(this.#transport, path`/v1/dead-letters`, query, options);
  }

  /** One letter with its `event` as it came. */
  get(id: string, options: RequestOptions = {}): Promise<DeadLetter> {
    return this.#transport.request({ method: 'GET', path: path`/v1/dead-letters/${id}`, ...options });
  }

  /**
   * Sends one letter again, or a corrected event in its place. The letter is gone when `status` is accepted or duplicate. Does not throw
   * for an event that is refused again.
   */
  replay(
    id: string,
    { event, ...options }: RequestOptions & { event?: CRMBetEvent | undefined } = {},
  ): Promise<ReplayedLetter> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/dead-letters/${id}/replay`,
      body: event === undefined ? {} : { event },
      ...options,
    });
  }

  /** Sends up to 1,000 letters that match again, oldest first. `nextCursor` goes on behind those that were tried. */
  replayMany(query: ReplayDeadLetters = {}, options: RequestOptions = {}): Promise<ReplayedLetters> {
    return this.#transport.request({
      method: 'POST',
      path: path`/v1/dead-letters/replay`,
      body: query,
      ...options,
    });
  }

  /** Sends every letter that matches again, once, oldest first, and gives what became of each. */
  async *replayAll(
    filter: DeadLetterFilter = {},
    options: RequestOptions = {},
  ): AsyncGenerator<ReplayedLetter, void> {
    let cursor: string | undefined;
    do {
      const { results, nextCursor } = await this.replayMany({ ...filter, cursor }, options);
      yield* results;
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Gives a letter up. */
  discard(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.request({ method: 'DELETE', path: path`/v1/dead-letters/${id}`, ...options });
  }
}
