import { DisjointSets } from './disjoint-sets.ts';
import type { SpanningTree } from './spanning-tree.ts';

/**
 * How rows grow together as the distance grows: nodes 0 to n − 1 are the rows, node n + i is what the i-th shortest
 * edge joins, and the last one is everything. The rows under a node lie side by side in `order`.
 */
export interface Dendrogram {
  readonly rowCount: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Squared distance at which an inner node comes together, of node n + i at i. */
  readonly heights: Float64Array;
  /** Rows under each node, and where in `order` they begin. */
  readonly sizes: Int32Array;
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

export function dendrogramOf(tree: SpanningTree): Dendrogram {
  const edges = tree.weights.length;
  const rowCount = edges + 1;
  const left = new Int32Array(edges);
  const right = new Int32Array(edges);
  const heights = new Float64Array(edges);
  const sizes = new Int32Array(rowCount + edges).fill(1, 0, rowCount);
  const sets = new DisjointSets(rowCount);
  /** The node that a set stands for, by the row that stands for the set. */
  const nodes = Int32Array.from({ length: rowCount }, (_, row) => row);
  orderOfWeights(tree.weights).forEach((edge, i) => {
    const from = tree.from[edge] ?? 0;
    const to = tree.to[edge] ?? 0;
    const first = nodes[sets.find(from)] ?? 0;
    const second = nodes[sets.find(to)] ?? 0;
    left[i] = first;
    right[i] = second;
    heights[i] = tree.weights[edge] ?? 0;
    sizes[rowCount + i] = (sizes[first] ?? 0) + (sizes[second] ?? 0);
    nodes[sets.join(from, to)] = rowCount + i;
  });
  const starts = new Int32Array(rowCount + edges);
  const order = new Int32Array(rowCount);
  for (let i = edges - 1; i >= 0; i--) {
    const start = starts[rowCount + i] ?? 0;
    const first = left[i] ?? 0;
    starts[first] = start;
    starts[right[i] ?? 0] = start + (sizes[first] ?? 0);
  }
  for (let row = 0; row < rowCount; row++) order[starts[row] ?? 0] = row;
  return { rowCount, left, right, heights, sizes, starts, order };
}

/**
 * Which weight comes first, second, and so on; equal ones as they stand. The bits of floats that are not negative order
 * as integers do, so four passes over 16 bits each sort them.
 */
export function orderOfWeights(weights: Float64Array): Int32Array {
  const words = new Uint16Array(weights.buffer, weights.byteOffset, weights.length * 4);
  let order = Int32Array.from({ length: weights.length }, (_, i) => i);
  let next = new Int32Array(weights.length);
  const places = new Int32Array(65537);
  for (let word = 0; word < 4; word++) {
    places.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const key = words[i * 4 + word] ?? 0;
      places[key + 1] = (places[key + 1] ?? 0) + 1;
    }
    for (let key = 0; key < 65536; key++) places[key + 1] = (places[key + 1] ?? 0) + (places[key] ?? 0);
    for (let i = 0; i < order.length; i++) {
      const edge = order[i] ?? 0;
      const key = words[edge * 4 + word] ?? 0;
      const place = places[key] ?? 0;
      next[place] = edge;
      places[key] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}
