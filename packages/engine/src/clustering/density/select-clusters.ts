import type { CondensedTree } from './condensed-tree.ts';

/** `eom`: excess of mass, the clusters that last longest over all densities. `leaf`: the smallest ones. */
export type ClusterSelectionMethod = 'eom' | 'leaf';

export interface SelectionOptions {
  readonly method: ClusterSelectionMethod;
  /** Clusters that split apart at a smaller distance than this are not told apart; 0 for none. */
  readonly epsilon: number;
  /** Whether everything may be one cluster. */
  readonly allowSingleCluster: boolean;
}

/**
 * Which clusters of the tree are the answer; none lies within another.
 * Excess of mass: Campello, Moulavi & Sander 2013. Epsilon: Malzer & Baum 2020.
 */
export function selectClusters(tree: CondensedTree, options: SelectionOptions): boolean[] {
  const selected = options.method === 'leaf' ? leaves(tree) : mostMass(tree);
  if (!options.allowSingleCluster && selected[0]) selected[0] = false;
  if (options.epsilon > 0) mergeWithin(tree, options, selected);
  return selected;

  function mostMass({ clusterCount, parents, stabilities }: CondensedTree): boolean[] {
    const best = [...stabilities];
    const below = new Array<number>(clusterCount).fill(0);
    const hasChildren = new Array<boolean>(clusterCount).fill(false);
    const chosen = new Array<boolean>(clusterCount).fill(false);
    for (let cluster = clusterCount - 1; cluster >= 0; cluster--) {
      const own = stabilities[cluster] ?? 0;
      const children = below[cluster] ?? 0;
      const fallsApart =
        hasChildren[cluster] && (children > own || (cluster === 0 && !options.allowSingleCluster));
      chosen[cluster] = !fallsApart;
      best[cluster] = fallsApart ? children : own;
      const parent = parents[cluster] ?? -1;
      if (parent < 0) continue;
      below[parent] = (below[parent] ?? 0) + (best[cluster] ?? 0);
      hasChildren[parent] = true;
    }
    dropNested(parents, chosen);
    return chosen;
  }
}

function leaves({ clusterCount, parents }: CondensedTree): boolean[] {
  const chosen = new Array<boolean>(clusterCount).fill(true);
  for (const parent of parents) if (parent >= 0) chosen[parent] = false;
  return chosen;
}

/** Replaces clusters born within epsilon by the smallest one around them that was born before. */
function mergeWithin(tree: CondensedTree, options: SelectionOptions, selected: boolean[]): void {
  const { clusterCount, parents, births } = tree;
  const within = (cluster: number): boolean => cluster > 0 && 1 / (births[cluster] ?? 0) < options.epsilon;
  for (let cluster = 1; cluster < clusterCount; cluster++) {
    if (!selected[cluster] || !within(cluster)) continue;
    selected[cluster] = false;
    let at = cluster;
    while (within(at)) {
      const parent = parents[at] ?? 0;
      if (parent === 0 && !options.allowSingleCluster) break;
      at = parent;
    }
    selected[at] = true;
  }
  dropNested(parents, selected);
}

/** Of clusters within one another keeps the outermost. */
function dropNested(parents: readonly number[], selected: boolean[]): void {
  const covered = new Array<boolean>(parents.length).fill(false);
  for (let cluster = 0; cluster < parents.length; cluster++) {
    const parent = parents[cluster] ?? -1;
    if (parent < 0) continue;
    covered[cluster] = (covered[parent] ?? false) || (selected[parent] ?? false);
    if (covered[cluster]) selected[cluster] = false;
  }
}
