import type { ClusterProfile, Model, ModelOutput, Projection } from '@crmbet/engine';
import type { Database } from '../../db/database.ts';
import type { ParametersOf, TrainedAlgorithm } from '../../models/algorithms.ts';
import type { DriftBaseline, Metrics, VersionLineage } from '../../models/version-record.ts';
import type { Tenant } from '../../services/tenants/tenant-directory.ts';

/** What is to be trained, and with what. */
export type TrainingContext<A extends TrainedAlgorithm = TrainedAlgorithm> = {
  db: Pick<Database, 'sql'>;
  /** Everybody's features are a large read: it has everything that was committed when it began. */
  reads: { readEverything<T>(query: (db: Pick<Database, 'sql'>) => Promise<T>): Promise<T> };
  tenant: Tenant;
  modelId: string;
  version: number;
  algorithm: A;
  /** Checked again when they were read from the store. */
  parameters: ParametersOf<A>;
  /** Feature ids, each in the catalogue. */
  features: readonly string[];
  seed: number;
  now: Date;
  /** Aborted by a cancel and by the stop of the gateway: hand it to the engine, and look at it between long steps. */
  signal: AbortSignal;
  /** Workers of the engine, at least 1. */
  threads: number;
  /** How far it is, 0 to 1, and what it is doing, in a word: reading, fitting, validating, profiling. */
  note(share: number, step: string): void;
};

/** A training that came to its end. The columns have a row for each of `playerIds`. */
export type TrainedVersion = {
  fitted: Model;
  metrics: Metrics;
  /** Of a clustering. */
  profiles?: ClusterProfile[];
  lineage: VersionLineage;
  driftBaseline: DriftBaseline;
  /** Uuids of the players that it was asked about at the end, as they are today. */
  playerIds: string[];
  /** What it says of each. */
  outputs: ModelOutput[];
  /** Of a clustering: the players on the plane of the first two principal components. */
  projection?: Pick<Projection, 'x' | 'y'>;
};

/**
 * Reads, fits and validates, off the event loop. Writes nothing: the frame of the job keeps what it returns, unless it was
 * cancelled.
 * @throws TrainingRefused, EngineError; anything else is a fault of ours
 */
export type Trainer<A extends TrainedAlgorithm = TrainedAlgorithm> = (
  context: TrainingContext<A>,
) => Promise<TrainedVersion>;

export type TrainingRefusal = 'too_few_players' | 'too_few_labels' | 'label_unusable' | 'features_unusable';

/** Why these players cannot be trained on: the job fails with this code and detail. */
export class TrainingRefused extends Error {
  override readonly name = 'TrainingRefused';
  readonly code: TrainingRefusal;

  constructor(code: TrainingRefusal, detail: string) {
    super(detail);
    this.code = code;
  }
}
