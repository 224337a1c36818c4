import type {
  Cluster,
  ClusterPoint,
  Feature,
  Job,
  Kpis,
  Model,
  Page,
  Player,
  PlayerDay,
  PlayerPage,
  PlayerSort,
  Segment,
  StoredEvent,
  StreamMessage,
} from './wire.ts';

export type PlayersQuery = {
  limit?: number;
  cursor?: string;
  q?: string;
  segment?: string;
  cluster?: number;
  sort?: PlayerSort;
  count?: boolean;
};

/**
 * What the elements ask of the outside: the part of the `CRMBet` client of `@crmbet/sdk` that they call, and no more.
 * A host may hand in its own.
 */
export interface WidgetClient {
  players: {
    list(query: PlayersQuery): PromiseLike<PlayerPage>;
    get(id: string): PromiseLike<Player>;
    events(id: string, query: { limit?: number }): PromiseLike<Page<StoredEvent>>;
    days(id: string, query: { days?: number }): PromiseLike<{ data: PlayerDay[] }>;
  };
  segments: {
    list(query: { limit?: number }): PromiseLike<Page<Segment>>;
    get(id: string): PromiseLike<Segment>;
  };
  features: { list(): PromiseLike<{ data: Feature[] }> };
  models: {
    list(query: { limit?: number }): PromiseLike<Page<Model>>;
    get(id: string): PromiseLike<Model>;
    clusters(id: string): PromiseLike<{ data: Cluster[] }>;
    points(id: string, query: { limit?: number }): PromiseLike<{ data: ClusterPoint[] }>;
    create(body: { name: string; k: number }): PromiseLike<Model>;
  };
  jobs: {
    get(id: string): PromiseLike<Job>;
    cancel(id: string): PromiseLike<Job>;
  };
  reports: {
    kpis(query: { from?: string; to?: string; series?: boolean }): PromiseLike<Kpis>;
  };
  stream: {
    open(options: { player?: string; signal?: AbortSignal }): AsyncIterable<StreamMessage>;
  };
}
