import { EngineError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { exportBgNbdOnnx } from './export-bg-nbd.ts';
import { exportBoostedTreesOnnx } from './export-boosted-trees.ts';
import { exportCustomerValueOnnx } from './export-customer-value.ts';
import { exportDbscanOnnx } from './export-dbscan.ts';
import { exportGammaGammaOnnx } from './export-gamma-gamma.ts';
import { exportHdbscanOnnx } from './export-hdbscan.ts';
import { exportKMeansOnnx } from './export-kmeans.ts';
import { exportLogisticOnnx } from './export-logistic.ts';
import { exportRfmOnnx } from './export-rfm.ts';

/**
 * The model as an ONNX file that needs nothing else: raw values in, transform, filling and scaling inside. Input
 * `features`, float32 [N, D] in the order of `model.features`, NaN where missing. What comes out stands at
 * `export-<algorithm>.ts`.
 * @throws EngineError `engine_onnx_invalid` for a model of algorithm `onnx`: it is a file already
 */
export function exportOnnx(model: Model): Uint8Array {
  switch (model.algorithm) {
    case 'bg-nbd':
      return exportBgNbdOnnx(model);
    case 'boosted-trees':
      return exportBoostedTreesOnnx(model);
    case 'customer-value':
      return exportCustomerValueOnnx(model);
    case 'dbscan':
      return exportDbscanOnnx(model);
    case 'gamma-gamma':
      return exportGammaGammaOnnx(model);
    case 'hdbscan':
      return exportHdbscanOnnx(model);
    case 'kmeans':
      return exportKMeansOnnx(model);
    case 'logistic':
      return exportLogisticOnnx(model);
    case 'onnx':
      throw new EngineError('engine_onnx_invalid', 'A model from an ONNX file is that file already.');
    case 'rfm':
      return exportRfmOnnx(model);
  }
}
