import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { featureNames, float32s, invalid, list, number, object, oneOf, text } from '../models/checks.ts';
import { rfmGroups } from './rfm-groups.ts';

/** The axes, in the order of a code's digits. */
export const rfmAxes = ['recency', 'frequency', 'monetary'] as const;
export type RfmAxisName = (typeof rfmAxes)[number];

/**
 * How one column becomes a score: 1 plus the number of cut points that a value is above, or, where lower is better, that it
 * is not above. So equal values have equal scores, whatever the quantiles say; a value equal to a cut point belongs
 * below it. A missing value has score 1: nothing is known that speaks for the player.
 */
export interface RfmAxis {
  readonly feature: string;
  /** Scores are 1 to this. */
  readonly quantiles: number;
  readonly better: 'higher' | 'lower';
  /** `quantiles` − 1 values, float32, ascending; equal ones leave a score out that nobody can have. */
  readonly cuts: readonly number[];
  /** Not negative; what matters is its share of the three. */
  readonly weight: number;
}

/** RFM cut points as plain data. */
export interface RfmModel {
  readonly algorithm: 'rfm';
  readonly version: 1;
  /** The columns of recency, frequency and monetary, in this order. */
  readonly features: readonly string[];
  readonly recency: RfmAxis;
  readonly frequency: RfmAxis;
  readonly monetary: RfmAxis;
  /** What the numbers of the column `rfm_group` stand for. */
  readonly groups: readonly string[];
  readonly lineage?: Lineage;
}

/** @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path` */
export function parseRfmModel(value: unknown): RfmModel {
  const model = object(value, 'model');
  const [recency, frequency, monetary] = [
    parseAxis(model.recency, 'recency'),
    parseAxis(model.frequency, 'frequency'),
    parseAxis(model.monetary, 'monetary'),
  ];
  const features = featureNames(model.features);
  const expected = [recency.feature, frequency.feature, monetary.feature];
  if (features.length !== 3 || !features.every((name, j) => name === expected[j]))
    throw invalid('features', 'must be those of recency, frequency and monetary');
  if (!(recency.weight + frequency.weight + monetary.weight > 0))
    throw invalid('recency/weight', 'or another weight must be above 0');
  const groups = list(model.groups, 'groups', rfmGroups.length).map((group, i) =>
    oneOf(group, `groups/${i}`, rfmGroups.slice(i, i + 1)),
  );
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['rfm']),
    version: oneOf(model.version, 'version', [1]),
    features,
    recency,
    frequency,
    monetary,
    groups,
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

function parseAxis(value: unknown, path: RfmAxisName): RfmAxis {
  const axis = object(value, path);
  const quantiles = number(axis.quantiles, `${path}/quantiles`);
  if (!isQuantiles(quantiles)) throw invalid(`${path}/quantiles`, `must be 2 to ${mostQuantiles}`);
  const cuts = float32s(axis.cuts, `${path}/cuts`, quantiles - 1);
  cuts.forEach((cut, i) => {
    if (cut < (cuts[i - 1] ?? cut)) throw invalid(`${path}/cuts/${i}`, 'must not be below the one before');
  });
  const weight = number(axis.weight, `${path}/weight`);
  if (weight < 0) throw invalid(`${path}/weight`, 'must not be below 0');
  return {
    feature: text(axis.feature, `${path}/feature`),
    quantiles,
    better: oneOf(axis.better, `${path}/better`, ['higher', 'lower']),
    cuts,
    weight,
  };
}

/** Three scores then fit one int32 as decimal digits. */
export const mostQuantiles = 999;

export function isQuantiles(value: number): boolean {
  return Number.isInteger(value) && value >= 2 && value <= mostQuantiles;
}

/** 10, 100 or 1000: what makes room for one score in a code such as 555 or 101010. */
export function codeBase(model: RfmModel): number {
  const most = Math.max(...rfmAxes.map((axis) => model[axis].quantiles));
  return most < 10 ? 10 : most < 100 ? 100 : 1000;
}
