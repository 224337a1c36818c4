import type { HdbscanModel } from '../clustering/density/hdbscan-model.ts';
import { unpackMembers } from '../clustering/density/members.ts';
import { GraphBuilder } from './graph.ts';
import { constantARow, nearestMember, pick } from './reach-nodes.ts';

/**
 * Outputs `cluster`, int64 [N], −1 for noise, and `probability`, float32 [N]: those of `assignHdbscan`.
 */
export function exportHdbscanOnnx(model: HdbscanModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const scaled = graph.scaled(model.scaling);
  const members = unpackMembers(model.members, model.features.length);
  if (members.rows.count === 0) {
    graph.output('cluster', graph.cast(constantARow(graph, scaled, -1), 'int64'), 'int64');
    graph.output('probability', constantARow(graph, scaled, 0), 'float32');
    return graph.finish(model.algorithm);
  }
  const { member, distance } = nearestMember(graph, scaled, members, model.neighbours);
  const cluster = pick(graph, graph.integers(members.clusters), member);
  const reach = pick(graph, graph.doubles(model.clusters.map(({ reach }) => reach)), cluster);
  const inner = pick(graph, graph.doubles(model.clusters.map(({ inner }) => inner)), cluster);
  const within = graph.node('LessOrEqual', [distance, reach]);
  // 1 up to the inner distance, where the quotient might also be that of 0 and 0.
  const outer = graph.node('Greater', [distance, inner]);
  const sparse = graph.cast(graph.node('Div', [inner, distance]), 'float32');
  const probability = graph.node('Where', [outer, sparse, graph.floats([1], [])]);
  graph.output('cluster', graph.node('Where', [within, cluster, graph.integers([-1], [])]), 'int64');
  graph.output('probability', graph.node('Where', [within, probability, graph.floats([0], [])]), 'float32');
  return graph.finish(model.algorithm);
}
