import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTree, compileTree, parseTree, type Tree } from './tree.ts';
import { addTreeShap, goesLeft } from './tree-shap.ts';

const width = 4;

/** A tree over four features that may ask for one more than once. */
const trees: fc.Arbitrary<Tree> = fc
  .letrec<{ node: Shape }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.record({ value: fc.integer({ min: -9, max: 9 }), cover: fc.integer({ min: 1, max: 20 }) }),
      fc.record({
        feature: fc.nat({ max: width - 1 }),
        value: fc.integer({ min: 1, max: 9 }),
        missingLeft: fc.constantFrom<0 | 1>(0, 1),
        left: tie('node'),
        right: tie('node'),
      }),
    ),
  }))
  .node.map(flatten);

type Shape =
  | { readonly value: number; readonly cover: number }
  | {
      readonly feature: number;
      readonly value: number;
      readonly missingLeft: 0 | 1;
      readonly left: Shape;
      readonly right: Shape;
    };

function flatten(shape: Shape): Tree {
  const tree = {
    feature: [] as number[],
    value: [] as number[],
    right: [] as number[],
    missingLeft: [] as (0 | 1)[],
    cover: [] as number[],
  };
  const visit = (node: Shape): number => {
    const at = tree.feature.length;
    tree.value.push(node.value);
    tree.right.push(0);
    if ('cover' in node) {
      tree.feature.push(-1);
      tree.missingLeft.push(0);
      tree.cover.push(node.cover);
      return node.cover;
    }
    tree.feature.push(node.feature);
    tree.missingLeft.push(node.missingLeft);
    tree.cover.push(0);
    const left = visit(node.left);
    tree.right[at] = tree.feature.length;
    tree.cover[at] = left + visit(node.right);
    return tree.cover[at] ?? 0;
  };
  visit(shape);
  return tree;
}

/** What the tree says when only some features are known: the others follow the training rows. */
function expectation(tree: Tree, row: readonly number[], known: ReadonlySet<number>, node = 0): number {
  const feature = tree.feature[node] ?? -1;
  if (feature < 0) return tree.value[node] ?? 0;
  const left = node + 1;
  const right = tree.right[node] ?? 0;
  if (known.has(feature)) {
    const child = goesLeft(tree, node, row[feature] ?? Number.NaN) ? left : right;
    return expectation(tree, row, known, child);
  }
  const part = (child: number): number =>
    ((tree.cover[child] ?? 0) / (tree.cover[node] ?? 1)) * expectation(tree, row, known, child);
  return part(left) + part(right);
}

/** Shapley's definition: the mean over every order in which features become known. */
function shapley(tree: Tree, row: readonly number[]): number[] {
  const sums = new Array<number>(width).fill(0);
  const orders = permutations([...sums.keys()]);
  for (const order of orders) {
    const known = new Set<number>();
    let before = expectation(tree, row, known);
    for (const feature of order) {
      known.add(feature);
      const after = expectation(tree, row, known);
      sums[feature] = (sums[feature] ?? 0) + (after - before) / orders.length;
      before = after;
    }
  }
  return sums;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

const rows = fc.array(fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constant(Number.NaN)), {
  minLength: width,
  maxLength: width,
});

describe('addTreeShap', () => {
  it('gives the Shapley values of the definition, which add up to what the tree says', () => {
    fc.assert(
      fc.property(trees, rows, (tree, row) => {
        const contributions = new Float64Array(width);
        const base = addTreeShap(tree, row, contributions);
        expect(base).toBeCloseTo(expectation(tree, row, new Set()), 9);
        shapley(tree, row).forEach((value, j) => {
          expect(contributions[j]).toBeCloseTo(value, 9);
        });
        const said = new Float64Array(1);
        addTree(compileTree(tree), Float32Array.from(row), width, said);
        expect(base + contributions.reduce((sum, value) => sum + value, 0)).toBeCloseTo(said[0] ?? 0, 9);
      }),
      { numRuns: 200 },
    );
  });
});

describe('parseTree', () => {
  it('takes every tree, and none that is cut or bent', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, seed) => {
        expect(parseTree(JSON.parse(JSON.stringify(tree)), 'tree', width)).toEqual(tree);
        const split = tree.feature.findIndex((feature, i) => feature >= 0 && i >= seed % tree.feature.length);
        const bent = split < 0 ? { ...tree, cover: [0] } : { ...tree, right: tree.right.with(split, split) };
        fc.pre(split >= 0 || tree.feature.length === 1);
        expect(() => parseTree(bent, 'tree', width)).toThrow(
          expect.objectContaining({ code: 'engine_model_invalid' }),
        );
        const cut = Object.fromEntries(Object.entries(tree).map(([key, list]) => [key, list.slice(0, -1)]));
        expect(() => parseTree(cut, 'tree', width)).toThrow(
          expect.objectContaining({ code: 'engine_model_invalid' }),
        );
      }),
    );
  });

  it('refuses what is too deep to walk', () => {
    const depth = 70;
    const chain: Tree = {
      feature: Array.from({ length: 2 * depth + 1 }, (_, i) => (i % 2 === 0 && i < 2 * depth ? 0 : -1)),
      value: new Array<number>(2 * depth + 1).fill(0),
      right: Array.from({ length: 2 * depth + 1 }, (_, i) => (i % 2 === 0 && i < 2 * depth ? i + 2 : 0)),
      missingLeft: new Array<0>(2 * depth + 1).fill(0),
      cover: new Array<number>(2 * depth + 1).fill(1),
    };
    expect(() => parseTree(chain, 'tree', 1)).toThrow(/deeper than 64/);
  });
});
