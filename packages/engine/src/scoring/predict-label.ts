import { createBreather } from '../breathe.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { calibrateAll } from './calibration.ts';
import { computeMargins, type LabelModel, marginFunction } from './label-model.ts';

export interface PredictLabelOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The calibrated probability that each row's label is 1. The model's features are found in the matrix by name.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_aborted`
 */
export async function predictLabel(
  model: LabelModel,
  matrix: FeatureMatrix,
  options: PredictLabelOptions = {},
): Promise<Float32Array> {
  const breathe = createBreather(options.signal);
  const columns = matrix.select(model.features).columns();
  await breathe();
  const margins = await computeMargins(marginFunction(model), columns, breathe);
  return calibrateAll(model.calibration, margins, breathe);
}
