import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { count, featureNames, invalid, number, object, oneOf } from '../models/checks.ts';
import { parseCovariance, positive } from './bg-nbd-model.ts';

/**
 * A purchase's value is gamma distributed with shape p and a rate of the player's own; these rates are gamma distributed
 * over players with shape q and rate v (in units of money).
 */
export interface GammaGammaParameters {
  readonly p: number;
  readonly q: number;
  readonly v: number;
}

/** A fitted Gamma–Gamma model as plain data; nothing in it is about one player. */
export interface GammaGammaModel {
  readonly algorithm: 'gamma-gamma';
  readonly version: 1;
  /** The columns that hold the number of purchases and their average value, in this order. */
  readonly features: readonly string[];
  readonly parameters: GammaGammaParameters;
  /** Each parameter's own. */
  readonly standardErrors: GammaGammaParameters;
  /** 3 × 3, in the order p, q, v: the inverse of the observed information. */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: number;
  /** Players that it was fitted on: those with a purchase. */
  readonly players: number;
  readonly lineage?: Lineage;
}

/** @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path` */
export function parseGammaGammaModel(value: unknown): GammaGammaModel {
  const model = object(value, 'model');
  const features = featureNames(model.features);
  if (features.length !== 2) throw invalid('features', 'must be the number and the value of purchases');
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['gamma-gamma']),
    version: oneOf(model.version, 'version', [1]),
    features,
    parameters: parseParameters(model.parameters, 'parameters'),
    standardErrors: parseParameters(model.standardErrors, 'standardErrors'),
    covariance: parseCovariance(model.covariance, 3),
    logLikelihood: number(model.logLikelihood, 'logLikelihood'),
    players: count(model.players, 'players'),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

function parseParameters(value: unknown, path: string): GammaGammaParameters {
  const parameters = object(value, path);
  return {
    p: positive(parameters.p, `${path}/p`),
    q: positive(parameters.q, `${path}/q`),
    v: positive(parameters.v, `${path}/v`),
  };
}
