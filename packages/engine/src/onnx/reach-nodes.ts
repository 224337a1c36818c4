import type { MemberRows } from '../clustering/density/members.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * Which member each scaled row reaches at the least distance, and that distance, float64 [N], in float64 throughout: in
 * float32 the squares would cancel for near points. Takes some N × members × 32 bytes while it runs.
 * @param neighbours a row's core distance is that to so many members
 */
export function nearestMember(
  graph: GraphBuilder,
  scaled: string,
  members: MemberRows,
  neighbours: number,
): { member: string; distance: string } {
  const { features, stride, count, values } = members.rows;
  const transposed = new Float64Array(features * count);
  const norms = new Float64Array(count);
  for (let m = 0; m < count; m++) {
    for (let j = 0; j < features; j++) {
      const value = values[m * stride + j] ?? 0;
      transposed[j * count + m] = value;
      norms[m] = (norms[m] ?? 0) + value * value;
    }
  }
  const rows = graph.cast(scaled, 'float64');
  const products = graph.node('MatMul', [rows, graph.doubles(transposed, [features, count])]);
  const own = graph.node('ReduceSum', [graph.node('Mul', [rows, rows]), graph.integers([1])], {
    attributes: { keepdims: 1 },
  });
  const doubled = graph.node('Mul', [products, graph.doubles([2], [])]);
  const sums = graph.node('Add', [own, graph.doubles(norms)]);
  const squared = graph.node('Max', [graph.node('Sub', [sums, doubled]), graph.doubles([0], [])]);
  const reach = graph.node('Max', [squared, graph.doubles(members.cores)]);
  const member = graph.node('ArgMin', [reach], {
    attributes: { axis: 1, keepdims: 0, select_last_index: 0 },
  });
  let least = graph.node('ReduceMin', [reach], { attributes: { axes: { ints: [1] }, keepdims: 0 } });
  const width = Math.min(neighbours, count);
  if (width > 1) {
    const nearest = graph.node('TopK', [squared, graph.integers([width])], {
      attributes: { axis: 1, largest: 0, sorted: 0 },
      outputs: ['nearest_members', 'nearest_member_places'],
    });
    const core = graph.node('ReduceMax', [nearest], { attributes: { axes: { ints: [1] }, keepdims: 0 } });
    least = graph.node('Max', [least, core]);
  }
  return { member, distance: graph.node('Sqrt', [least]) };
}

/** A number a row out of a list, by another number a row. */
export function pick(graph: GraphBuilder, list: string, by: string): string {
  return graph.node('Gather', [list, by], { attributes: { axis: 0 } });
}
