/** What is kept of a version beside the model itself, as plain JSON. */

/** How good it is, by name: validation first of all. Numbers can be compared; the rest (a calibration, a table) is shown. */
export type Metrics = Record<string, unknown>;

/** Where it came from: enough to train it again and get the same. */
export type Lineage = {
  /** SHA-256 over the players' ids and the matrix, as hex: the same data gives the same digest. */
  dataDigest: string;
  players: number;
  /** The tenant's day that the features are of, YYYY-MM-DD. */
  asOf: string;
  features: { id: string; version: number }[];
  algorithm: string;
  parameters: Record<string, unknown>;
  seed: number;
  device: string;
};

/** Edges between bins, and the share of values in each bin (one more than edges) and of missing ones. */
export type Distribution = { edges: number[]; shares: number[]; missing: number };

/** By feature id and by name of the output. */
export type DriftBaseline = {
  features: Record<string, Distribution>;
  scores: Record<string, Distribution>;
};

/** Population stability index against the baseline, by the same names. Usual words: below 0.1 stable, above 0.25 moved. */
export type Drift = {
  measuredAt: string;
  players: number;
  features: Record<string, number>;
  scores: Record<string, number>;
};
