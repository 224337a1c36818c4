import type { LogisticModel } from '../scoring/logistic.ts';
import { addCalibration } from './calibration.ts';
import { GraphBuilder } from './graph.ts';

/** Output `probability`, float32 [N], within 1e-5 of `predictLabel`; 1e-4 under isotonic calibration, whose pieces may be steep. */
export function exportLogisticOnnx(model: LogisticModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const products = graph.node('Mul', [graph.scaled(model.scaling), graph.floats(model.coefficients)]);
  const sum = graph.node('ReduceSum', [products, graph.integers([1])], { attributes: { keepdims: 0 } });
  const margin = graph.node('Add', [sum, graph.floats([model.intercept])]);
  graph.output('probability', addCalibration(graph, model.calibration, margin), 'float32');
  return graph.finish(model.algorithm);
}
