import type { List } from '../core/list.ts';
import { listOf } from '../core/list-of.ts';
import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type {
  EventPage,
  ListPlayerDaysQuery,
  ListPlayerEventsQuery,
  ListPlayersQuery,
  Player,
  PlayerDay,
  PlayerPage,
  PlayerSummary,
  RequestOptions,
  StoredEvent,
} from '../types.ts';

/** Ids here are the operator's own ids of players. */
export class Players {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Players, last active first unless `sort` says otherwise. */
  list(query: ListPlayersQuery = {}, options: RequestOptions = {}): List<PlayerSummary, PlayerPage> {
    return listOf(this.#transport, path`/v1/players`, query, options);
  }

  /** Profile, features, segments and restrictions as of now. */
  get(id: string, options: RequestOptions = {}): Promise<Player> {
    return this.#transport.request({ method: 'GET', path: path`/v1/players/${id}`, ...options });
  }

  /** The player's events, newest first. */
  events(
    id: string,
    query: ListPlayerEventsQuery = {},
    options: RequestOptions = {},
  ): List<StoredEvent, EventPage> {
    return listOf(this.#transport, path`/v1/players/${id}/events`, query, options);
  }

  /** Days with activity, oldest first, of the last `days` (90). */
  days(
    id: string,
    query: ListPlayerDaysQuery = {},
    options: RequestOptions = {},
  ): Promise<{ data: PlayerDay[] }> {
    return this.#transport.request({ method: 'GET', path: path`/v1/players/${id}/days`, query, ...options });
  }
}
