import type { DriftBaseline, Lineage } from '@crmbet/engine';

/** What is kept of a version beside the model itself, as plain JSON. */

/** How good it is, by name: validation first of all. Numbers can be compared; the rest (a calibration, a table) is shown. */
export type Metrics = Record<string, unknown>;

/** Where it came from: enough to train it again and get the same. The baseline stands beside it, the metrics too. */
export type VersionLineage = Omit<Lineage, 'baseline' | 'parameters'> & {
  parameters: Record<string, unknown>;
  /** The tenant's day that the features are of, YYYY-MM-DD. */
  asOf: string;
  /** Of the rows it was trained on, which may be several of a player. */
  players: number;
};

export type { DriftBaseline };
