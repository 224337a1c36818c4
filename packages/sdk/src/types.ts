import type { components, operations } from './internal/schema.gen.ts';

/** The shapes of the wire, by the names that the gateway's OpenAPI file gives them. */

type Schemas = components['schemas'];
/** A parameter may be left out, or be undefined, which is the same. */
type Optional<T> = { [K in keyof T]?: T[K] | undefined };
type Query<O extends keyof operations> = Optional<NonNullable<operations[O]['parameters']['query']>>;

export type Cluster = Schemas['Cluster'];
export type ClusterPoint = Schemas['ClusterPoint'];
export type ClusterTrait = Schemas['ClusterTrait'];
export type DeadLetter = Schemas['DeadLetter'];
export type DeadLetterPage = Schemas['DeadLetterPage'];
export type DeadLetterSummary = Schemas['DeadLetterSummary'];
export type EventPage = Schemas['EventPage'];
export type EventResult = Schemas['EventResult'];
export type Feature = Schemas['Feature'];
export type FeatureId = Schemas['FeatureId'];
export type Job = Schemas['Job'];
export type Kpis = Schemas['Kpis'];
export type Model = Schemas['Model'];
export type ModelComparison = Schemas['ModelComparison'];
export type ModelDrift = Schemas['ModelDrift'];
export type ModelExperiment = Schemas['ModelExperiment'];
export type ModelPage = Schemas['ModelPage'];
export type ModelVersion = Schemas['ModelVersion'];
export type ModelVersionPage = Schemas['ModelVersionPage'];
/** Whole minor units as digits, beside an ISO 4217 code. See `toBigInt`. */
export type Money = Schemas['Money'];
export type NewSession = Schemas['NewSession'];
export type NewSegment = Schemas['NewSegment'];
export type Player = Schemas['Player'];
export type PlayerDay = Schemas['PlayerDay'];
export type PlayerPage = Schemas['PlayerPage'];
export type PlayerSummary = Schemas['PlayerSummary'];
export type Problem = Schemas['Problem'];
export type ReplayedLetter = Schemas['ReplayedLetter'];
export type ReplayedLetters = Schemas['ReplayedLetters'];
export type Restriction = Schemas['Restriction'];
export type Rule = Schemas['Rule'];
export type Segment = Schemas['Segment'];
export type SegmentMember = Schemas['SegmentMember'];
export type SegmentMemberPage = Schemas['SegmentMemberPage'];
export type SegmentPage = Schemas['SegmentPage'];
export type SendEventsResult = Schemas['SendEventsResult'];
export type Session = Schemas['Session'];
export type StoredEvent = Schemas['StoredEvent'];
export type UploadLine = Schemas['UploadLine'];

/** Of each kind of body, what has a default may be left out. */
type WithDefaults<T, K extends string> = T extends unknown
  ? Omit<T, K | 'target'> & { [P in keyof T & K]?: T[P] | undefined } & (T extends { target: unknown }
        ? { target: ModelTarget }
        : unknown)
  : never;

type Defaulted =
  | 'seed'
  | 'batchSize'
  | 'minPoints'
  | 'minClusterSize'
  | 'quantiles'
  | 'horizonDays'
  | 'l2'
  | 'trees'
  | 'depth'
  | 'learningRate';

/** What a supervised model learns to foretell of each player. */
export type ModelTarget = WithDefaults<Schemas['Target'], 'horizonDays' | 'atLeast'>;

/** An algorithm with its parameters; of K-Means the word `algorithm` may be left out. */
export type NewModel =
  | WithDefaults<Exclude<Schemas['NewModel'], { algorithm: 'kmeans' }>, Defaulted>
  | WithDefaults<Extract<Schemas['NewModel'], { algorithm: 'kmeans' }>, Defaulted | 'algorithm'>;
/** With no `algorithm` it is trained as the version that the model shows. */
export type NewModelVersion =
  | WithDefaults<Exclude<Schemas['NewModelVersion'], { algorithm: 'unchanged' }>, Defaulted>
  | WithDefaults<Extract<Schemas['NewModelVersion'], { algorithm: 'unchanged' }>, Defaulted | 'algorithm'>;

/** A model of your own: `name` makes a new one, `model` another version of one that was brought before. */
export type NewModelImport = Omit<Schemas['NewModelImport'], 'file'> & {
  /** The .onnx file. */
  file: Uint8Array;
};

/**
 * A message of the stream: `data` is typed by `event`. `id` is where to go on after a break. After a `stream.reset` there may be a
 * gap: read again what you show.
 */
export type StreamMessage = Schemas['StreamMessage'] & { id: string };

export type ListPlayersQuery = Omit<Query<'listPlayers'>, 'count' | 'cluster'> & {
  /** Only this cluster of the newest model. */
  cluster?: number | undefined;
  /** Also count all that match, as `total` of the page. */
  count?: boolean | undefined;
};
export type ListDeadLettersQuery = Query<'listDeadLetters'>;
/** Which letters to send again, and up to how many in one call. */
export type ReplayDeadLetters = Optional<Schemas['DeadLettersToReplay']>;
export type DeadLetterFilter = Omit<ReplayDeadLetters, 'limit' | 'cursor'>;
export type FeatureColumnsQuery = Omit<Query<'getFeatureColumns'>, 'features'> & {
  /** Each becomes a column, in this order. */
  features: readonly string[];
};
/** The features of all players: `body` is an Arrow IPC stream. */
export type FeatureColumns = {
  names: readonly string[];
  /** When the gateway began to read: everything stored by then is in it. */
  asOf: Date;
  /** How many rows follow, or nearly; 0 where something on the way took the word away. */
  rows: number;
  body: ReadableStream<Uint8Array>;
};
export type ListPlayerEventsQuery = Query<'listPlayerEvents'>;
export type ListPlayerDaysQuery = Query<'listPlayerDays'>;
export type ListSegmentsQuery = Query<'listSegments'>;
export type ListSegmentMembersQuery = Query<'listSegmentMembers'>;
export type ListModelsQuery = Query<'listModels'>;
export type ListModelVersionsQuery = Query<'listModelVersions'>;
export type ListClusterPointsQuery = Query<'listClusterPoints'>;
export type KpisQuery = Omit<Query<'getKpis'>, 'series'> & {
  /** Also one row a day and currency, as `days`. */
  series?: boolean | undefined;
};

/** How one call differs from the client's settings. */
export type RequestOptions = {
  signal?: AbortSignal | undefined;
  /** Milliseconds a try may take. */
  timeout?: number | undefined;
  maxRetries?: number | undefined;
  /** For a POST; made for you otherwise. The first answer is replayed for the same key and body. */
  idempotencyKey?: string | undefined;
};
