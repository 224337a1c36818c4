import { DisjointSets } from './disjoint-sets.ts';
import type { SpanningTree } from './forest.ts';
import { orderOfWeights } from './order-of-weights.ts';

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

const edgesATurn = 20_000;

export async function dendrogramOf(tree: SpanningTree, breathe: () => Promise<void>): Promise<Dendrogram> {
  const edges = tree.weights.length;
  const rowCount = edges + 1;
  const left = new Int32Array(edges);
  const right = new Int32Array(edges);
  const heights = new Float64Array(edges);
  const sizes = new Int32Array(rowCount + edges).fill(1, 0, rowCount);
  const sets = new DisjointSets(rowCount);
  /** The node that a set stands for, by the row that stands for the set. */
  const nodes = Int32Array.from({ length: rowCount }, (_, row) => row);
  const shortest = orderOfWeights(tree.weights);
  for (let i = 0; i < edges; i++) {
    if (i % edgesATurn === 0) await breathe();
    const edge = shortest[i] ?? 0;
    const from = tree.from[edge] ?? 0;
    const to = tree.to[edge] ?? 0;
    const first = nodes[sets.find(from)] ?? 0;
    const second = nodes[sets.find(to)] ?? 0;
    left[i] = first;
    right[i] = second;
    heights[i] = tree.weights[edge] ?? 0;
    sizes[rowCount + i] = (sizes[first] ?? 0) + (sizes[second] ?? 0);
    nodes[sets.join(from, to)] = rowCount + i;
  }
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
