import type { Model } from '../models/model.ts';
import { exportBgNbdOnnx } from './export-bg-nbd.ts';
import { exportBoostedTreesOnnx } from './export-boosted-trees.ts';
import { exportCustomerValueOnnx } from './export-customer-value.ts';
import { exportGammaGammaOnnx } from './export-gamma-gamma.ts';
import { exportKMeansOnnx } from './export-kmeans.ts';
import { exportLogisticOnnx } from './export-logistic.ts';
import { exportRfmOnnx } from './export-rfm.ts';

/**
 * The model as an ONNX file that needs nothing else: raw values in, transform, filling and scaling inside. Input
 * `features`, float32 [N, D] in the order of `model.features`, NaN where missing. What comes out stands at
 * `export-<algorithm>.ts`.
 */
export function exportOnnx(model: Model): Uint8Array {
  switch (model.algorithm) {
    case 'bg-nbd':
      return exportBgNbdOnnx(model);
    case 'boosted-trees':
      return exportBoostedTreesOnnx(model);
    case 'customer-value':
      return exportCustomerValueOnnx(model);
    case 'gamma-gamma':
      return exportGammaGammaOnnx(model);
    case 'kmeans':
      return exportKMeansOnnx(model);
    case 'logistic':
      return exportLogisticOnnx(model);
    case 'rfm':
      return exportRfmOnnx(model);
  }
}
