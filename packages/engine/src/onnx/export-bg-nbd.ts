import type { BgNbdModel } from '../scoring/bg-nbd-model.ts';
import { GraphBuilder } from './graph.ts';
import { aliveNodes, arithmetic, columnNode, expectationNodes, outputColumn } from './purchase-nodes.ts';

/**
 * Outputs `p_alive` and `expected_purchases` in the model's horizon, float32 [N], NaN where a value is missing; relative
 * to `predictPurchases` within 1e-6, which is float32's rounding and little more. What is no history of purchases is not
 * refused here.
 */
export function exportBgNbdOnnx(model: BgNbdModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const { multiply } = arithmetic(graph);
  const [x, recency, T] = [columnNode(graph, 0), columnNode(graph, 1), columnNode(graph, 2)];
  const alive = aliveNodes(graph, model.parameters, { x, recency, T });
  const expected = expectationNodes(graph, model.parameters, { x, T })(model.horizon);
  outputColumn(graph, 'p_alive', alive, [x, recency, T]);
  outputColumn(graph, 'expected_purchases', multiply(alive, expected), [x, recency, T]);
  return graph.finish(model.algorithm);
}
