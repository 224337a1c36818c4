import type { Model } from '../models/model.ts';
import { exportBoostedTreesOnnx } from './export-boosted-trees.ts';
import { exportKMeansOnnx } from './export-kmeans.ts';
import { exportLogisticOnnx } from './export-logistic.ts';

/**
 * The model as an ONNX file that needs nothing else: raw values in, transform, filling and scaling inside. Input
 * `features`, float32 [N, D] in the order of `model.features`, NaN where missing. What comes out stands at
 * `export-<algorithm>.ts`.
 */
export function exportOnnx(model: Model): Uint8Array {
  switch (model.algorithm) {
    case 'boosted-trees':
      return exportBoostedTreesOnnx(model);
    case 'kmeans':
      return exportKMeansOnnx(model);
    case 'logistic':
      return exportLogisticOnnx(model);
  }
}
