import type { List } from '../core/list.ts';
import { listOf } from '../core/list-of.ts';
import type { Transport } from '../core/transport.ts';
import { path } from '../internal/path.ts';
import type {
  ListSegmentMembersQuery,
  ListSegmentsQuery,
  NewSegment,
  RequestOptions,
  Segment,
  SegmentMember,
  SegmentMemberPage,
  SegmentPage,
} from '../types.ts';

export class Segments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a segment by rule, and answers once every player has been placed. */
  create(segment: NewSegment, options: RequestOptions = {}): Promise<Segment> {
    return this.#transport.request({ method: 'POST', path: path`/v1/segments`, body: segment, ...options });
  }

  /** Newest first. */
  list(query: ListSegmentsQuery = {}, options: RequestOptions = {}): List<Segment, SegmentPage> {
    return listOf(this.#transport, path`/v1/segments`, query, options);
  }

  get(id: string, options: RequestOptions = {}): Promise<Segment> {
    return this.#transport.request({ method: 'GET', path: path`/v1/segments/${id}`, ...options });
  }

  /** Deletes the segment and its memberships. */
  delete(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.request({ method: 'DELETE', path: path`/v1/segments/${id}`, ...options });
  }

  members(
    id: string,
    query: ListSegmentMembersQuery = {},
    options: RequestOptions = {},
  ): List<SegmentMember, SegmentMemberPage> {
    return listOf(this.#transport, path`/v1/segments/${id}/members`, query, options);
  }
}
