import type { Model } from '../models/model.ts';
import { exportKMeansOnnx } from './export-kmeans.ts';

/**
 * The model as an ONNX file that needs nothing else: raw values in, transform, filling and scaling inside. Input
 * `features`, float32 [N, D] in the order of `model.features`, NaN where missing. What comes out stands at
 * `export-<algorithm>.ts`.
 */
export function exportOnnx(model: Model): Uint8Array {
  switch (model.algorithm) {
    case 'kmeans':
      return exportKMeansOnnx(model);
  }
}
