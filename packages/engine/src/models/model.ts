import { type DbscanModel, parseDbscanModel } from '../clustering/density/dbscan-model.ts';
import { type HdbscanModel, parseHdbscanModel } from '../clustering/density/hdbscan-model.ts';
import { type KMeansModel, parseKMeansModel } from '../clustering/kmeans-model.ts';
import { EngineError } from '../errors.ts';
import { type OnnxModel, parseOnnxModel } from '../onnx/onnx-model.ts';
import { type BgNbdModel, parseBgNbdModel } from '../scoring/bg-nbd-model.ts';
import { type BoostedTreesModel, parseBoostedTreesModel } from '../scoring/boosted-trees.ts';
import { type CustomerValueModel, parseCustomerValueModel } from '../scoring/customer-value-model.ts';
import { type GammaGammaModel, parseGammaGammaModel } from '../scoring/gamma-gamma-model.ts';
import { type LogisticModel, parseLogisticModel } from '../scoring/logistic.ts';
import { parseRfmModel, type RfmModel } from '../scoring/rfm-model.ts';
import { invalid, object } from './checks.ts';

/** What a fit leaves, as plain data told apart by `algorithm`: `JSON.stringify` keeps every number of it. */
export type Model =
  | BoostedTreesModel
  | LogisticModel
  | KMeansModel
  | DbscanModel
  | HdbscanModel
  | BgNbdModel
  | CustomerValueModel
  | GammaGammaModel
  | OnnxModel
  | RfmModel;

export type Algorithm = Model['algorithm'];

const parsers: { readonly [A in Algorithm]: (value: unknown) => Extract<Model, { algorithm: A }> } = {
  'bg-nbd': parseBgNbdModel,
  'boosted-trees': parseBoostedTreesModel,
  'customer-value': parseCustomerValueModel,
  'gamma-gamma': parseGammaGammaModel,
  dbscan: parseDbscanModel,
  hdbscan: parseHdbscanModel,
  kmeans: parseKMeansModel,
  logistic: parseLogisticModel,
  onnx: parseOnnxModel,
  rfm: parseRfmModel,
};

export function serializeModel(model: Model): string {
  return JSON.stringify(model);
}

/** @throws EngineError `engine_model_invalid` */
export function deserializeModel(text: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('engine_model_invalid', 'The model is not JSON.', { cause });
  }
  return parseModel(value);
}

/**
 * Checks a model from outside: every list's length, every number, nothing unknown kept.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseModel(value: unknown): Model {
  const { algorithm } = object(value, 'model');
  if (!isAlgorithm(algorithm))
    throw invalid('algorithm', `must be one of ${Object.keys(parsers).join(', ')}`);
  return parsers[algorithm](value);
}

function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && Object.hasOwn(parsers, value);
}
