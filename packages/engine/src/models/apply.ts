import { assignDbscan } from '../clustering/density/assign-dbscan.ts';
import { assignHdbscan } from '../clustering/density/assign-hdbscan.ts';
import { predict } from '../clustering/predict.ts';
import type { ThreadingOptions } from '../devices/crew.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { type ApplyOnnxOptions, applyOnnxModel } from '../onnx/apply.ts';
import { predictPurchases } from '../scoring/bg-nbd.ts';
import { customerValue } from '../scoring/customer-value.ts';
import { predictValue } from '../scoring/gamma-gamma.ts';
import { predictLabel } from '../scoring/predict-label.ts';
import { rfmScores } from '../scoring/rfm.ts';
import type { Model } from './model.ts';
import { modelOutputs, type OutputDefinition } from './outputs.ts';

/** A column of answers, one a row of the matrix; labels are int32. */
export interface ModelOutput extends OutputDefinition {
  readonly values: Float32Array | Int32Array;
}

export interface ApplyOptions extends ThreadingOptions {
  /** Only a model of algorithm `onnx` needs it: its file, and how to run it. */
  readonly onnx?: ApplyOnnxOptions | undefined;
}

/**
 * What a model says of each row, whatever its algorithm; the model's features are found in the matrix by name.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_aborted`, and those of the algorithm
 */
export async function applyModel(
  model: Model,
  matrix: FeatureMatrix,
  options: ApplyOptions = {},
): Promise<ModelOutput[]> {
  const columns = await columnsOf(model, matrix, options);
  return modelOutputs(model).map((definition, i) => {
    const values = columns[i];
    if (!values) throw new Error(`The model gave no column "${definition.name}".`);
    return { ...definition, values };
  });
}

/** In the order of `modelOutputs`. */
async function columnsOf(
  model: Model,
  matrix: FeatureMatrix,
  options: ApplyOptions,
): Promise<ModelOutput['values'][]> {
  switch (model.algorithm) {
    case 'bg-nbd': {
      const { pAlive, expectedPurchases } = await predictPurchases(model, matrix, options);
      return [pAlive, expectedPurchases];
    }
    case 'boosted-trees':
    case 'logistic':
      return [await predictLabel(model, matrix, options)];
    case 'customer-value': {
      const { values, standardErrors } = await customerValue(model, matrix, { signal: options.signal });
      return [values, standardErrors];
    }
    case 'dbscan': {
      const { labels, distances } = await assignDbscan(model, matrix, options);
      return [labels, distances];
    }
    case 'gamma-gamma':
      return [await predictValue(model, matrix, options)];
    case 'hdbscan': {
      const { labels, probabilities } = await assignHdbscan(model, matrix, options);
      return [labels, probabilities];
    }
    case 'kmeans': {
      const { labels, distances } = await predict(model, matrix, options);
      return [labels, distances];
    }
    case 'onnx':
      return [await applyOnnxModel(model, matrix, options.onnx, options)];
    case 'rfm': {
      const { code, group, score, recency, frequency, monetary } = await rfmScores(model, matrix, options);
      return [code, group, score, recency, frequency, monetary];
    }
  }
}
