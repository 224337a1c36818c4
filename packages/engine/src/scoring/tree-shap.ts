import type { Tree } from './tree.ts';

/** A feature that the path asked for, and the chances that a row passes with and without it being known. */
interface Step {
  readonly feature: number;
  /** Share of the training rows that went this way. */
  readonly unknown: number;
  /** 1 where this row goes this way, else 0. */
  readonly known: number;
  /** Of the subsets of this many features, summed with Shapley's weights. */
  weight: number;
}

/**
 * Adds each feature's Shapley value for one row to `contributions`: exact for a tree whose unknown features follow the
 * training rows (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for
 * trees", algorithm 2: path-dependent TreeSHAP).
 * @param row a value a feature, NaN where missing
 * @returns what the tree says on average; with the contributions it adds up to what it says of the row
 */
export function addTreeShap(tree: Tree, row: ArrayLike<number>, contributions: Float64Array): number {
  const visit = (
    node: number,
    before: readonly Step[],
    unknown: number,
    known: number,
    via: number,
  ): void => {
    const path = extend(before, unknown, known, via);
    const feature = tree.feature[node] ?? -1;
    const value = tree.value[node] ?? 0;
    if (feature < 0) {
      for (let i = 1; i < path.length; i++) {
        const step = path[i];
        if (!step) continue;
        const weight = without(path, i).reduce((sum, other) => sum + other.weight, 0);
        contributions[step.feature] =
          (contributions[step.feature] ?? 0) + weight * (step.known - step.unknown) * value;
      }
      return;
    }
    const left = node + 1;
    const right = tree.right[node] ?? 0;
    const isLeft = goesLeft(tree, node, row[feature] ?? Number.NaN);
    const cover = tree.cover[node] ?? 1;
    // A feature that was asked for before is one step, not two.
    const at = path.findIndex((step, i) => i > 0 && step.feature === feature);
    const earlier = at > 0 ? path[at] : undefined;
    const rest = earlier ? without(path, at) : path;
    for (const [child, isTaken] of [
      [left, isLeft],
      [right, !isLeft],
    ] as const) {
      const share = (tree.cover[child] ?? 0) / cover;
      visit(child, rest, (earlier?.unknown ?? 1) * share, isTaken ? (earlier?.known ?? 1) : 0, feature);
    }
  };
  visit(0, [], 1, 1, -1);
  return expectedValue(tree);
}

export function goesLeft(tree: Tree, node: number, value: number): boolean {
  return Number.isNaN(value) ? tree.missingLeft[node] === 1 : value < (tree.value[node] ?? 0);
}

/** Mean over the training rows. */
function expectedValue(tree: Tree): number {
  const total = tree.cover[0] ?? 1;
  return tree.feature.reduce(
    (sum, feature, i) => (feature < 0 ? sum + ((tree.cover[i] ?? 0) / total) * (tree.value[i] ?? 0) : sum),
    0,
  );
}

function extend(path: readonly Step[], unknown: number, known: number, feature: number): Step[] {
  const length = path.length;
  const longer: Step[] = path.map((step) => ({ ...step }));
  longer.push({ feature, unknown, known, weight: length === 0 ? 1 : 0 });
  for (let i = length - 1; i >= 0; i--) {
    const step = longer[i];
    const next = longer[i + 1];
    if (!step || !next) continue;
    next.weight += (known * step.weight * (i + 1)) / (length + 1);
    step.weight = (unknown * step.weight * (length - i)) / (length + 1);
  }
  return longer;
}

/** The path had it never been extended by step `at`. */
function without(path: readonly Step[], at: number): Step[] {
  const last = path.length - 1;
  const { unknown = 1, known = 1 } = path[at] ?? {};
  const weights = path.map((step) => step.weight);
  let carried = weights[last] ?? 0;
  for (let i = last - 1; i >= 0; i--) {
    const own = weights[i] ?? 0;
    if (known !== 0) {
      weights[i] = (carried * (last + 1)) / ((i + 1) * known);
      carried = own - ((weights[i] ?? 0) * unknown * (last - i)) / (last + 1);
    } else {
      weights[i] = (own * (last + 1)) / (unknown * (last - i));
    }
  }
  // Weights stay where they are: they belong to the number of features, not to a step.
  return path.filter((_, i) => i !== at).map((step, i) => ({ ...step, weight: weights[i] ?? 0 }));
}
