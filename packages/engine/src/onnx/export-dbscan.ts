import type { DbscanModel } from '../clustering/density/dbscan-model.ts';
import { unpackMembers } from '../clustering/density/members.ts';
import { GraphBuilder } from './graph.ts';
import { constantARow, nearestMember, pick } from './reach-nodes.ts';

/**
 * Outputs `cluster`, int64 [N], −1 for noise, and `distance` to the nearest core point, float32 [N]: those of
 * `assignDbscan`.
 */
export function exportDbscanOnnx(model: DbscanModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const scaled = graph.scaled(model.scaling);
  const members = unpackMembers(model.members, model.features.length);
  if (members.rows.count === 0) {
    graph.output('cluster', graph.cast(constantARow(graph, scaled, -1), 'int64'), 'int64');
    graph.output('distance', constantARow(graph, scaled, Number.POSITIVE_INFINITY), 'float32');
    return graph.finish(model.algorithm);
  }
  const { member, distance } = nearestMember(graph, scaled, members, 1);
  const cluster = pick(graph, graph.integers(members.clusters), member);
  const reach = pick(graph, graph.doubles(model.clusters.map(({ reach }) => reach)), cluster);
  const within = graph.node('LessOrEqual', [distance, reach]);
  graph.output('cluster', graph.node('Where', [within, cluster, graph.integers([-1], [])]), 'int64');
  graph.output('distance', graph.cast(distance, 'float32'), 'float32');
  return graph.finish(model.algorithm);
}
