import type { MemberRows } from '../clustering/density/members.ts';
import type { GraphBuilder } from './graph.ts';

/** Members that rows are compared with at a time: what a run holds at once is rows × this, not rows × members. */
const blockMembers = 256;

/**
 * Which member each scaled row reaches at the least distance, and that distance, float64 [N], in float64 throughout: in
 * float32 the squares would cancel for near points. Takes some N × 8 KB while it runs.
 * @param neighbours a row's core distance is that to so many members
 */
export function nearestMember(
  graph: GraphBuilder,
  scaled: string,
  members: MemberRows,
  neighbours: number,
): { member: string; distance: string } {
  const rows = graph.cast(scaled, 'float64');
  const norm = graph.node('ReduceSum', [graph.node('Mul', [rows, rows]), graph.integers([1])], {
    attributes: { keepdims: 1 },
  });
  const width = Math.min(neighbours, members.rows.count);
  const least: string[] = [];
  const places: string[] = [];
  const nearest: string[] = [];
  for (let start = 0; start < members.rows.count; start += blockMembers) {
    const end = Math.min(start + blockMembers, members.rows.count);
    const squared = squaredDistances(graph, rows, norm, members, start, end);
    const reach = graph.node('Max', [squared, graph.doubles(members.cores.subarray(start, end))]);
    least.push(graph.node('ReduceMin', [reach], { attributes: { axes: { ints: [1] }, keepdims: 1 } }));
    const place = graph.node('ArgMin', [reach], {
      attributes: { axis: 1, keepdims: 1, select_last_index: 0 },
    });
    places.push(graph.node('Add', [place, graph.integers([start], [])]));
    if (width > 1) nearest.push(smallest(graph, squared, Math.min(width, end - start)));
  }
  const leasts = concat(graph, least);
  const block = graph.node('ArgMin', [leasts], {
    attributes: { axis: 1, keepdims: 1, select_last_index: 0 },
  });
  const member = graph.node('GatherElements', [concat(graph, places), block], { attributes: { axis: 1 } });
  let distance = graph.node('ReduceMin', [leasts], { attributes: { axes: { ints: [1] }, keepdims: 0 } });
  if (width > 1) {
    const core = graph.node('ReduceMax', [smallest(graph, concat(graph, nearest), width)], {
      attributes: { axes: { ints: [1] }, keepdims: 0 },
    });
    distance = graph.node('Max', [distance, core]);
  }
  return {
    member: graph.node('Squeeze', [member, graph.integers([1])]),
    distance: graph.node('Sqrt', [distance]),
  };
}

/** From each row to the members from `start` to `end`: float64 [N, end − start]. */
function squaredDistances(
  graph: GraphBuilder,
  rows: string,
  norm: string,
  members: MemberRows,
  start: number,
  end: number,
): string {
  const { features, stride, values } = members.rows;
  const count = end - start;
  const doubled = new Float64Array(features * count);
  const norms = new Float64Array(count);
  for (let m = 0; m < count; m++) {
    for (let j = 0; j < features; j++) {
      const value = values[(start + m) * stride + j] ?? 0;
      doubled[j * count + m] = 2 * value;
      norms[m] = (norms[m] ?? 0) + value * value;
    }
  }
  const products = graph.node('MatMul', [rows, graph.doubles(doubled, [features, count])]);
  const sums = graph.node('Add', [norm, graph.doubles(norms)]);
  return graph.node('Max', [graph.node('Sub', [sums, products]), graph.doubles([0], [])]);
}

/** The `count` smallest of each row. */
function smallest(graph: GraphBuilder, values: string, count: number): string {
  return graph.node('TopK', [values, graph.integers([count])], {
    attributes: { axis: 1, largest: 0, sorted: 0 },
    outputs: [`${values}_smallest`, `${values}_places`],
  });
}

function concat(graph: GraphBuilder, parts: readonly string[]): string {
  return graph.node('Concat', parts, { attributes: { axis: 1 } });
}

/** A number a row out of a list, by another number a row. */
export function pick(graph: GraphBuilder, list: string, by: string): string {
  return graph.node('Gather', [list, by], { attributes: { axis: 0 } });
}

/** The same number for every row, float32 [N], whatever its features. */
export function constantARow(graph: GraphBuilder, scaled: string, value: number): string {
  const zeros = graph.node('Mul', [scaled, graph.floats([0], [])]);
  const row = graph.node('ReduceSum', [zeros, graph.integers([1])], { attributes: { keepdims: 0 } });
  return graph.node('Add', [row, graph.floats([value], [])]);
}
