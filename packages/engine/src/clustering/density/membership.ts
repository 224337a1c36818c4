import type { CondensedTree } from './condensed-tree.ts';

export interface Membership {
  /** Cluster of each row, numbered by their first rows; −1 is none. */
  readonly labels: Int32Array;
  /** 0 to 1: how near to its cluster's densest part a row stays, as λ over the cluster's largest; 0 for noise. */
  readonly probabilities: Float32Array;
  /** GLOSH (Campello et al. 2015): 0 to 1, the more the less dense a row is than the densest around it. */
  readonly outlierScores: Float32Array;
  /** The nodes of the tree that the labels stand for. */
  readonly nodes: readonly number[];
}

/**
 * @param epsilon when everything is one cluster: rows that leave it at a larger distance are noise; 0 keeps them all
 */
export function membershipOf(tree: CondensedTree, selected: readonly boolean[], epsilon: number): Membership {
  const { clusterCount, parents, deaths, clusters, lambdas, largestLambda } = tree;
  const owners = new Int32Array(clusterCount).fill(-1);
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    if (selected[cluster]) owners[cluster] = cluster;
    else if (cluster > 0) owners[cluster] = owners[parents[cluster] ?? 0] ?? -1;
  }
  // The largest λ of whatever is below a cluster: what GLOSH compares with.
  const densest = [...deaths];
  for (let cluster = clusterCount - 1; cluster > 0; cluster--) {
    const parent = parents[cluster] ?? 0;
    densest[parent] = Math.max(densest[parent] ?? 0, densest[cluster] ?? 0);
  }
  const numbers = new Int32Array(clusterCount).fill(-1);
  const nodes: number[] = [];
  const labels = new Int32Array(clusters.length);
  const probabilities = new Float32Array(clusters.length);
  const outlierScores = new Float32Array(clusters.length);
  for (let row = 0; row < clusters.length; row++) {
    const cluster = clusters[row] ?? 0;
    // Equal rows have no finite λ: they count as the densest that differ.
    const lambda = Math.min(lambdas[row] ?? 0, largestLambda);
    const most = Math.min(densest[cluster] ?? 0, largestLambda);
    outlierScores[row] = most > 0 ? (most - lambda) / most : 0;
    const owner = owners[cluster] ?? -1;
    if (owner < 0 || (owner === 0 && epsilon > 0 && lambda < 1 / epsilon)) {
      labels[row] = -1;
      continue;
    }
    let label = numbers[owner] ?? -1;
    if (label < 0) {
      label = nodes.length;
      numbers[owner] = label;
      nodes.push(owner);
    }
    labels[row] = label;
    const death = Math.min(deaths[owner] ?? 0, largestLambda);
    probabilities[row] = death > 0 ? Math.min(lambda, death) / death : 1;
  }
  return { labels, probabilities, outlierScores, nodes };
}
