import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { count, featureNames, invalid, list, number, numbers, object, oneOf } from '../models/checks.ts';
import type { BgNbdParameters } from './bg-nbd-expectation.ts';
import { type TimeUnit, timeUnits } from './purchase-history.ts';

/** A fitted BG/NBD model as plain data; nothing in it is about one player. */
export interface BgNbdModel {
  readonly algorithm: 'bg-nbd';
  readonly version: 1;
  /** The columns that hold the frequency, the recency (from the first purchase to the last) and T, in this order. */
  readonly features: readonly string[];
  readonly timeUnit: TimeUnit;
  /** How far ahead `applyModel` looks, in time units. */
  readonly horizon: number;
  readonly parameters: BgNbdParameters;
  /** Each parameter's own. */
  readonly standardErrors: BgNbdParameters;
  /** 4 × 4, in the order r, α, a, b: the inverse of the observed information. */
  readonly covariance: readonly (readonly number[])[];
  /** Natural logarithm; the constant −Σ ln x! is left out, as it is in the literature. */
  readonly logLikelihood: number;
  /** Players that it was fitted on. */
  readonly players: number;
  readonly lineage?: Lineage;
}

/** @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path` */
export function parseBgNbdModel(value: unknown): BgNbdModel {
  const model = object(value, 'model');
  const features = featureNames(model.features);
  if (features.length !== 3) throw invalid('features', 'must be frequency, recency and T');
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['bg-nbd']),
    version: oneOf(model.version, 'version', [1]),
    features,
    timeUnit: oneOf(model.timeUnit, 'timeUnit', timeUnits),
    horizon: positive(model.horizon, 'horizon'),
    parameters: parseShapes(model.parameters, 'parameters'),
    standardErrors: parseParameters(model.standardErrors, 'standardErrors'),
    covariance: parseCovariance(model.covariance, 4),
    logLikelihood: number(model.logLikelihood, 'logLikelihood'),
    players: count(model.players, 'players'),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

/** Of p. A fit stays below; a sum over p has the more nodes the narrower p is. */
const largestShape = 3e7;

function parseShapes(value: unknown, path: string): BgNbdParameters {
  const parameters = parseParameters(value, path);
  for (const name of ['a', 'b'] as const) {
    if (parameters[name] > largestShape) throw invalid(`${path}/${name}`, `must be at most ${largestShape}`);
  }
  return parameters;
}

function parseParameters(value: unknown, path: string): BgNbdParameters {
  const parameters = object(value, path);
  return {
    r: positive(parameters.r, `${path}/r`),
    alpha: positive(parameters.alpha, `${path}/alpha`),
    a: positive(parameters.a, `${path}/a`),
    b: positive(parameters.b, `${path}/b`),
  };
}

export function positive(value: unknown, path: string): number {
  const parsed = number(value, path);
  if (parsed <= 0) throw invalid(path, 'must be above 0');
  return parsed;
}

/** Symmetric, with variances that are none below 0. */
export function parseCovariance(value: unknown, size: number): number[][] {
  const rows = list(value, 'covariance', size).map((row, i) => numbers(row, `covariance/${i}`, size));
  rows.forEach((row, i) => {
    if ((row[i] ?? 0) < 0) throw invalid(`covariance/${i}/${i}`, 'must not be below 0');
    row.forEach((entry, j) => {
      if (entry !== rows[j]?.[i]) throw invalid(`covariance/${i}/${j}`, 'must be the same both ways');
    });
  });
  return rows;
}
