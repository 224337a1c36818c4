import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { count, featureNames, float32s, number, numbers, object, oneOf } from '../models/checks.ts';
import { parseScaling, type Scaling, scaleValue } from '../scaling.ts';
import { type Calibration, parseCalibration } from './calibration.ts';

/** A fitted logistic regression as plain data; nothing in it is about one player. */
export interface LogisticModel {
  readonly algorithm: 'logistic';
  readonly version: 1;
  readonly features: readonly string[];
  readonly scaling: Scaling;
  /** Log-odds that one unit of a scaled feature adds (with `standard` scaling: one standard deviation); float32 values. */
  readonly coefficients: readonly number[];
  /** Log-odds where every scaled feature is 0; a float32 value. */
  readonly intercept: number;
  /** Of the coefficients and of the intercept, given the penalty. */
  readonly standardErrors: readonly number[];
  readonly interceptStandardError: number;
  readonly l2: number;
  readonly iterations: number;
  readonly calibration: Calibration;
  readonly seed: number;
  readonly lineage?: Lineage;
}

/** @throws EngineError `engine_model_invalid` */
export function parseLogisticModel(value: unknown): LogisticModel {
  const model = object(value, 'model');
  const features = featureNames(model.features);
  const width = features.length;
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['logistic']),
    version: oneOf(model.version, 'version', [1]),
    features,
    scaling: parseScaling(model.scaling, width),
    coefficients: float32s(model.coefficients, 'coefficients', width),
    intercept: float32s([model.intercept], 'intercept')[0] ?? 0,
    standardErrors: numbers(model.standardErrors, 'standardErrors', width),
    interceptStandardError: number(model.interceptStandardError, 'interceptStandardError'),
    l2: number(model.l2, 'l2'),
    iterations: count(model.iterations, 'iterations'),
    calibration: parseCalibration(model.calibration),
    seed: number(model.seed, 'seed'),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

/** Log-odds of rows, before calibration, as a function of their columns. */
export function logisticMargins(
  model: Pick<LogisticModel, 'scaling' | 'coefficients' | 'intercept'>,
): (columns: readonly Float32Array[], margins: Float64Array) => void {
  return (columns, margins) => {
    margins.fill(model.intercept);
    columns.forEach((column, j) => {
      const coefficient = model.coefficients[j] ?? 0;
      if (coefficient === 0) return;
      for (let i = 0; i < margins.length; i++) {
        const scaled = scaleValue(model.scaling, j, column[i] ?? Number.NaN);
        margins[i] = (margins[i] ?? 0) + coefficient * scaled;
      }
    });
  };
}
