import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { featureNames, invalid, number, object, oneOf } from '../models/checks.ts';
import { invalidOption } from '../options.ts';
import { type BgNbdModel, parseBgNbdModel, positive } from './bg-nbd-model.ts';
import { type GammaGammaModel, parseGammaGammaModel } from './gamma-gamma-model.ts';

/** What players will be worth: how much they will buy, times what a purchase of theirs is worth. */
export interface CustomerValueModel {
  readonly algorithm: 'customer-value';
  readonly version: 1;
  /** The columns of both models, each once. */
  readonly features: readonly string[];
  readonly purchases: BgNbdModel;
  readonly value: GammaGammaModel;
  /** How far ahead, in the time unit of `purchases`. */
  readonly horizon: number;
  /** A purchase in t time units counts (1 + discountRate)^(−t) of its value; 0 counts all the same. */
  readonly discountRate: number;
  readonly lineage?: Lineage;
}

/**
 * @param options.horizon default that of `purchases`
 * @param options.discountRate for each time unit: a yearly 10 % over days is 1.1^(1/365) − 1; default 0
 * @throws EngineError `engine_option_invalid`
 */
export function customerValueModel(
  purchases: BgNbdModel,
  value: GammaGammaModel,
  options: { readonly horizon?: number | undefined; readonly discountRate?: number | undefined } = {},
): CustomerValueModel {
  const { horizon = purchases.horizon, discountRate = 0 } = options;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw invalidOption('horizon', 'must be above 0');
  if (!(discountRate >= 0 && Number.isFinite(discountRate)))
    throw invalidOption('discountRate', 'must not be below 0');
  return {
    algorithm: 'customer-value',
    version: 1,
    features: [...new Set([...purchases.features, ...value.features])],
    purchases,
    value,
    horizon,
    discountRate,
  };
}

/** @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path` */
export function parseCustomerValueModel(input: unknown): CustomerValueModel {
  const model = object(input, 'model');
  const [purchases, value] = [parseBgNbdModel(model.purchases), parseGammaGammaModel(model.value)];
  const features = featureNames(model.features);
  const expected = new Set([...purchases.features, ...value.features]);
  if (features.length !== expected.size || !features.every((name) => expected.has(name)))
    throw invalid('features', 'must be those of both models');
  const discountRate = number(model.discountRate, 'discountRate');
  if (discountRate < 0) throw invalid('discountRate', 'must not be below 0');
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['customer-value']),
    version: oneOf(model.version, 'version', [1]),
    features,
    purchases,
    value,
    horizon: positive(model.horizon, 'horizon'),
    discountRate,
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}
