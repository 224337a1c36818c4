import type { Dendrogram } from './dendrogram.ts';

/**
 * Only the splits that leave two groups of at least the least size: at any other a cluster loses a few rows and goes on
 * (Campello, Moulavi & Sander 2013). λ is 1 / distance. Cluster 0 is everything; a parent comes before its children.
 */
export interface CondensedTree {
  readonly clusterCount: number;
  /** −1 for cluster 0. */
  readonly parents: readonly number[];
  /** λ at which the cluster splits off; 0 for cluster 0. */
  readonly births: readonly number[];
  readonly sizes: readonly number[];
  /** Largest λ at which rows leave the cluster or it splits. */
  readonly deaths: readonly number[];
  /** Excess of mass: the sum over its rows of (λ at which the row leaves − λ at birth). */
  readonly stabilities: readonly number[];
  /** The last cluster that each row is in, and the λ at which it leaves it. */
  readonly clusters: Int32Array;
  readonly lambdas: Float64Array;
  /** The largest λ of rows that are not equal. */
  readonly largestLambda: number;
}

/** How much denser equal rows count than the nearest that differ, where λ would be infinite. */
const equalRows = 2 ** 20;

const nodesATurn = 20_000;

/**
 * Joins at the same distance happen at once, as the definition wants it, so that the result does not depend on which of
 * several minimum spanning trees was found.
 */
export async function condense(
  dendrogram: Dendrogram,
  minClusterSize: number,
  breathe: () => Promise<void>,
): Promise<CondensedTree> {
  const { rowCount, left, right, heights, sizes, starts, order } = dendrogram;
  const nearest = heights.find((height) => height > 0);
  const largestLambda = nearest === undefined ? 1 : 1 / Math.sqrt(nearest);
  const lambdaOf = (height: number): number =>
    height > 0 ? 1 / Math.sqrt(height) : largestLambda * equalRows;
  const clusters = new Int32Array(rowCount);
  const lambdas = new Float64Array(rowCount);
  const parents = [-1];
  const births = [0];
  const clusterSizes = [rowCount];
  const deaths = [0];
  const stabilities = [0];

  const drop = (node: number, cluster: number, lambda: number): void => {
    const start = starts[node] ?? 0;
    const end = start + (sizes[node] ?? 0);
    for (let place = start; place < end; place++) {
      const row = order[place] ?? 0;
      clusters[row] = cluster;
      lambdas[row] = lambda;
    }
  };
  const pending = rowCount > 1 ? [2 * rowCount - 2, 0] : [];
  const parts: number[] = [];
  const expand: number[] = [];
  for (let turn = 0; ; turn++) {
    if (turn % nodesATurn === 0) await breathe();
    const cluster = pending.pop();
    const node = pending.pop();
    if (cluster === undefined || node === undefined) break;
    const height = heights[node - rowCount] ?? 0;
    // What the node falls apart into: joins of the same height are one.
    parts.length = 0;
    expand.push(node);
    for (let top = expand.pop(); top !== undefined; top = expand.pop()) {
      if (top >= rowCount && heights[top - rowCount] === height) {
        expand.push(right[top - rowCount] ?? 0, left[top - rowCount] ?? 0);
      } else {
        parts.push(top);
      }
    }
    const lambda = lambdaOf(height);
    const lasting = parts.filter((part) => (sizes[part] ?? 0) >= minClusterSize);
    deaths[cluster] = Math.max(deaths[cluster] ?? 0, lambda);
    const stays = lasting.length === 1 ? (sizes[lasting[0] ?? 0] ?? 0) : 0;
    const leaving = (sizes[node] ?? 0) - stays;
    stabilities[cluster] = (stabilities[cluster] ?? 0) + leaving * (lambda - (births[cluster] ?? 0));
    for (const part of parts) {
      if ((sizes[part] ?? 0) < minClusterSize) {
        drop(part, cluster, lambda);
      } else if (lasting.length === 1) {
        pending.push(part, cluster);
      } else {
        pending.push(part, parents.length);
        parents.push(cluster);
        births.push(lambda);
        clusterSizes.push(sizes[part] ?? 0);
        deaths.push(0);
        stabilities.push(0);
      }
    }
  }
  return {
    clusterCount: parents.length,
    parents,
    births,
    sizes: clusterSizes,
    deaths,
    stabilities,
    clusters,
    lambdas,
    largestLambda,
  };
}
