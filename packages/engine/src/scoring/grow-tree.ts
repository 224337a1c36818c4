import { type BinnedMatrix, missingBin } from './bins.ts';
import {
  addToHistogram,
  bestSplit,
  binCount,
  columnLength,
  columnsAtOnce,
  createHistogram,
  type Histogram,
  type Split,
  type SplitLimits,
  subtractHistogram,
} from './histogram.ts';
import { inSlices } from './slices.ts';
import type { Tree } from './tree.ts';

export interface GrowthLimits extends SplitLimits {
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** A leaf of the finished tree, and its rows as a stretch of the row list. */
export interface GrownLeaf {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

export interface GrowthTask {
  /** Which rows take part; they are put in the order of the leaves. */
  readonly rows: Uint32Array;
  /** Which columns may be asked for. */
  readonly columns: readonly number[];
  /** Of the loss, a row of the data each. */
  readonly gradients: Float32Array;
  readonly hessians: Float32Array;
}

export interface GrownTree {
  readonly tree: Tree;
  readonly leaves: readonly GrownLeaf[];
  /** What each feature's splits lowered the loss by. */
  readonly gains: ReadonlyMap<number, number>;
}

/** A threshold above every value of a matrix: all that is known lies left of it. */
const aboveAll = 2 ** 127;

/** Rows of a node, and the sums of their derivatives. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly gradient: number;
  readonly hessian: number;
}

interface Node extends Stretch {
  /** Freed when the node is split or cannot be. */
  histogram: Histogram | undefined;
  split: Split | undefined;
  children: readonly [Node, Node] | undefined;
}

/** Grows trees, the leaf that lowers the loss most first (Ke et al. 2017); memory is kept from one to the next. */
export class TreeGrower {
  readonly #data: BinnedMatrix;
  readonly #limits: GrowthLimits;
  readonly #breathe: () => Promise<void>;
  readonly #free: Histogram[] = [];
  readonly #aside: Uint32Array;
  readonly #orderedGradients: Float64Array;
  readonly #orderedHessians: Float64Array;

  constructor(data: BinnedMatrix, limits: GrowthLimits, breathe: () => Promise<void>) {
    this.#data = data;
    this.#limits = limits;
    this.#breathe = breathe;
    this.#aside = new Uint32Array(data.rowCount);
    this.#orderedGradients = new Float64Array(data.rowCount);
    this.#orderedHessians = new Float64Array(data.rowCount);
  }

  async grow(task: GrowthTask): Promise<GrownTree> {
    const end = task.rows.length;
    const histogram = await this.#histogramOf(task, 0, end);
    const root = this.#node(task, histogram, { start: 0, end, depth: 0, ...totals(histogram) });
    const leaves = [root];
    while (leaves.length < this.#limits.maxLeaves) {
      const best = leaves.reduce((one, other) => (gainOf(other) > gainOf(one) ? other : one));
      if (!best.split || !best.histogram) break;
      await this.#breathe();
      const isLast = leaves.length + 1 === this.#limits.maxLeaves;
      const children = await this.#divide(task, best, best.split, isLast);
      leaves.splice(leaves.indexOf(best), 1, ...children);
    }
    for (const leaf of leaves) this.#release(leaf);
    return this.#collect(root, task.columns);
  }

  async #divide(task: GrowthTask, node: Node, split: Split, isLast: boolean): Promise<readonly [Node, Node]> {
    const { start, end } = node;
    const middle = await this.#partition(task, split, start, end);
    const depth = node.depth + 1;
    const { leftGradient, leftHessian } = split;
    const left: Stretch = { start, end: middle, depth, gradient: leftGradient, hessian: leftHessian };
    const right: Stretch = {
      start: middle,
      end,
      depth,
      gradient: node.gradient - leftGradient,
      hessian: node.hessian - leftHessian,
    };
    const own = node.histogram;
    node.histogram = undefined;
    let children: [Node, Node];
    if (own && !isLast && depth < this.#limits.maxDepth) {
      const isLeftSmall = middle - start <= end - middle;
      const [from, to] = isLeftSmall ? [start, middle] : [middle, end];
      const small = await this.#histogramOf(task, from, to);
      subtractHistogram(own, small);
      children = [
        this.#node(task, isLeftSmall ? small : own, left),
        this.#node(task, isLeftSmall ? own : small, right),
      ];
    } else {
      if (own) this.#free.push(own);
      children = [this.#node(task, undefined, left), this.#node(task, undefined, right)];
    }
    node.children = children;
    return children;
  }

  #node({ columns }: GrowthTask, histogram: Histogram | undefined, stretch: Stretch): Node {
    const lastBins = columns.map((column) => this.#data.edges[column]?.length ?? 0);
    const split =
      histogram && bestSplit(histogram, lastBins, stretch.gradient, stretch.hessian, this.#limits);
    const node: Node = { ...stretch, histogram, split, children: undefined };
    if (!split) this.#release(node);
    return node;
  }

  #release(node: Node): void {
    if (node.histogram) this.#free.push(node.histogram);
    node.histogram = undefined;
  }

  async #histogramOf(
    { rows, columns, gradients, hessians }: GrowthTask,
    start: number,
    end: number,
  ): Promise<Histogram> {
    const histogram = this.#free.pop()?.fill(0) ?? createHistogram(columns.length);
    // Once in the order of the rows, so that the columns' loops read them one after the other.
    const ordered = this.#orderedGradients;
    const orderedHessians = this.#orderedHessians;
    await inSlices(end - start, this.#breathe, (from, to) => {
      for (let i = start + from; i < start + to; i++) {
        ordered[i] = gradients[rows[i] ?? 0] ?? 0;
        orderedHessians[i] = hessians[rows[i] ?? 0] ?? 0;
      }
    });
    const binsOf = (k: number): Uint8Array => this.#data.bins[columns[k] ?? 0] ?? new Uint8Array(0);
    for (let k = 0; k < columns.length; k += columnsAtOnce) {
      const bins = [binsOf(k), binsOf(k + 1), binsOf(k + 2), binsOf(k + 3)] as const;
      await inSlices(end - start, this.#breathe, (from, to) =>
        addToHistogram(histogram, k, bins, rows, ordered, orderedHessians, start + from, start + to),
      );
    }
    return histogram;
  }

  /** Left rows first, each side in the order it had. */
  async #partition({ rows, columns }: GrowthTask, split: Split, start: number, end: number): Promise<number> {
    const bins = this.#data.bins[columns[split.column] ?? 0] ?? new Uint8Array(0);
    const goesLeft = Uint8Array.from({ length: binCount }, (_, bin) =>
      Number(bin === missingBin ? split.missingLeft : bin <= split.bin),
    );
    const aside = this.#aside;
    let left = start;
    let right = 0;
    await inSlices(end - start, this.#breathe, (from, to) => {
      for (let i = start + from; i < start + to; i++) {
        const row = rows[i] ?? 0;
        const isLeft = goesLeft[bins[row] ?? 0] ?? 0;
        // Written to both sides and kept on one: no branch, which would be guessed wrong half of the time.
        rows[left] = row;
        aside[right] = row;
        left += isLeft;
        right += 1 - isLeft;
      }
    });
    rows.set(aside.subarray(0, right), left);
    return left;
  }

  #collect(root: Node, columns: readonly number[]): GrownTree {
    const tree = {
      feature: [] as number[],
      value: [] as number[],
      right: [] as number[],
      missingLeft: [] as (0 | 1)[],
      cover: [] as number[],
    };
    const leaves: GrownLeaf[] = [];
    const gains = new Map<number, number>();
    const visit = (node: Node): void => {
      const at = tree.feature.length;
      tree.cover.push(node.end - node.start);
      tree.right.push(0);
      if (!node.children || !node.split) {
        const step = (-this.#limits.learningRate * node.gradient) / (node.hessian + this.#limits.l2);
        const value = Math.fround(step);
        tree.feature.push(-1);
        tree.value.push(value);
        tree.missingLeft.push(0);
        leaves.push({ start: node.start, end: node.end, value });
        return;
      }
      const { column, bin, missingLeft, gain } = node.split;
      const feature = columns[column] ?? 0;
      tree.feature.push(feature);
      tree.value.push(this.#data.edges[feature]?.[bin] ?? aboveAll);
      tree.missingLeft.push(missingLeft ? 1 : 0);
      gains.set(feature, (gains.get(feature) ?? 0) + gain);
      visit(node.children[0]);
      tree.right[at] = tree.feature.length;
      visit(node.children[1]);
    };
    visit(root);
    return { tree, leaves, gains };
  }
}

function gainOf(leaf: Node): number {
  return leaf.split?.gain ?? 0;
}

/** Every row has a bin in each column, so that the first one sums to all. */
function totals(histogram: Histogram): Pick<Stretch, 'gradient' | 'hessian'> {
  let gradient = 0;
  let hessian = 0;
  for (let i = 0; i < columnLength; i += 2) {
    gradient += histogram[i] ?? 0;
    hessian += histogram[i + 1] ?? 0;
  }
  return { gradient, hessian };
}
