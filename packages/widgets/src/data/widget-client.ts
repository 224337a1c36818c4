import type {
  Cluster,
  ClusterPoint,
  Feature,
  FeatureColumns,
  Job,
  Kpis,
  Model,
  Page,
  Player,
  PlayerDay,
  PlayerPage,
  PlayerSort,
  Rule,
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

export type ColumnsQuery = { features: readonly string[]; segment?: string; precision?: 'single' | 'double' };

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
    create(body: { name: string; rule: Rule }): PromiseLike<Segment>;
  };
  features: {
    list(): PromiseLike<{ data: Feature[] }>;
    columns(query: ColumnsQuery, options: { signal?: AbortSignal }): PromiseLike<FeatureColumns>;
  };
  models: {
    list(query: { limit?: number; purpose?: Model['purpose'] }): PromiseLike<Page<Model>>;
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
