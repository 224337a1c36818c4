import type { ListPlayersQuery, StoredEvent, StreamMessage } from '@crmbet/sdk';

/** The shapes of the API that the elements read, all from the client's own types. */

export type {
  Cluster,
  ClusterPoint,
  ClusterTrait,
  Feature,
  FeatureColumns,
  Job,
  Kpis,
  Model,
  Money,
  Player,
  PlayerDay,
  PlayerPage,
  PlayerSummary,
  Restriction,
  Rule,
  Segment,
  StoredEvent,
  StreamMessage,
} from '@crmbet/sdk';

/** An event as the stream tells it. */
export type LiveEvent = Omit<StoredEvent, 'receivedAt' | 'source'>;
/** A message of something that happened. */
export type ToldMessage = Exclude<StreamMessage, { event: 'stream.reset' }>;
export type PlayerSort = NonNullable<ListPlayersQuery['sort']>;
export type Page<T> = { data: T[]; nextCursor: string | null };
