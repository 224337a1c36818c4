import type { CustomerValueModel } from '../scoring/customer-value-model.ts';
import { gaussLegendre } from '../scoring/gauss-legendre.ts';
import { GraphBuilder } from './graph.ts';
import {
  aliveNodes,
  arithmetic,
  columnNode,
  expectationNodes,
  outputColumn,
  worthNodes,
} from './purchase-nodes.ts';

/**
 * Output `customer_value`, float32 [N], within 1e-6 of `customerValue`, NaN where that is. The standard errors are not in the
 * file. What is no history of purchases is not refused here.
 */
export function exportCustomerValueOnnx(model: CustomerValueModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const { add, divide, exp, log, multiply, subtract } = arithmetic(graph);
  const column = (name: string | undefined) => columnNode(graph, model.features.indexOf(name ?? ''));
  const [x, recency, T] = [
    column(model.purchases.features[0]),
    column(model.purchases.features[1]),
    column(model.purchases.features[2]),
  ];
  const [bought, mean] = [column(model.value.features[0]), column(model.value.features[1])];
  const { parameters } = model.purchases;
  const expectation = expectationNodes(graph, parameters, { x, T });
  const force = Math.log1p(model.discountRate);
  let sum = multiply(expectation(model.horizon), Math.exp(-force * model.horizon));
  if (force > 0) {
    // As `discountedPurchases`.
    const scale = add(T, parameters.alpha);
    const width = log(add(divide(model.horizon, scale), 1));
    for (const [node, weight] of gaussLegendre) {
      const growth = exp(multiply(width, node));
      const t = multiply(scale, subtract(growth, 1));
      const discount = multiply(exp(multiply(t, -force)), multiply(multiply(width, force * weight), scale));
      sum = add(sum, multiply(multiply(discount, growth), expectation(t)));
    }
  }
  const purchases = multiply(sum, aliveNodes(graph, parameters, { x, recency, T }));
  const worth = worthNodes(graph, model.value.parameters, { x: bought, mean });
  outputColumn(graph, 'customer_value', multiply(purchases, worth), [x, recency, T, bought]);
  return graph.finish(model.algorithm);
}
