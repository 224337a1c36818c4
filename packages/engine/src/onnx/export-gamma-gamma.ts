import type { GammaGammaModel } from '../scoring/gamma-gamma-model.ts';
import { GraphBuilder } from './graph.ts';
import { columnNode, outputColumn, worthNodes } from './purchase-nodes.ts';

/**
 * Output `expected_value`, float32 [N], within float32's rounding of `predictValue`, NaN where that is. What is no
 * history of purchases is not refused here.
 */
export function exportGammaGammaOnnx(model: GammaGammaModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const [x, mean] = [columnNode(graph, 0), columnNode(graph, 1)];
  outputColumn(graph, 'expected_value', worthNodes(graph, model.parameters, { x, mean }), [x]);
  return graph.finish(model.algorithm);
}
