import { count, float32s, invalid, list, numbers, object, oneOf } from '../models/checks.ts';

/**
 * A tree as lists, a node an entry, in pre-order: the left child of node i is i + 1. Plain data; thresholds and values
 * are float32.
 */
export interface Tree {
  /** Which feature a node asks for; −1 is a leaf. */
  readonly feature: readonly number[];
  /** Of a split: below it is left, from it on is right. Of a leaf: what it adds to the log-odds. */
  readonly value: readonly number[];
  /** Right child; 0 in a leaf. */
  readonly right: readonly number[];
  /** 1 where a missing value goes left. */
  readonly missingLeft: readonly (0 | 1)[];
  /** Training rows that came through, weights aside. */
  readonly cover: readonly number[];
}

/** Splits above a leaf, at most. */
export const deepest = 64;

/** @throws EngineError `engine_model_invalid` */
export function parseTree(value: unknown, path: string, features: number): Tree {
  const tree = object(value, path);
  const feature = numbers(tree.feature, `${path}/feature`);
  const n = feature.length;
  const right = list(tree.right, `${path}/right`, n).map((entry, i) => count(entry, `${path}/right/${i}`));
  const parsed: Tree = {
    feature,
    value: float32s(tree.value, `${path}/value`, n),
    right,
    missingLeft: list(tree.missingLeft, `${path}/missingLeft`, n).map((entry, i) =>
      oneOf(entry, `${path}/missingLeft/${i}`, [0, 1]),
    ),
    cover: numbers(tree.cover, `${path}/cover`, n),
  };
  // Every node is reached, once: where a left side ends its right side begins, and the last one ends with the list.
  const open = [{ end: n, depth: 0 }];
  let depth = 0;
  feature.forEach((asked, i) => {
    if (!Number.isInteger(asked) || asked < -1 || asked >= features) {
      throw invalid(`${path}/feature/${i}`, 'must be the number of a feature, or -1');
    }
    if (!((parsed.cover[i] ?? 0) > 0)) throw invalid(`${path}/cover/${i}`, 'must be above 0');
    if (asked >= 0) {
      depth += 1;
      if (depth > deepest) throw invalid(path, `must not be deeper than ${deepest}`);
      open.push({ end: right[i] ?? 0, depth });
    } else {
      const side = open.pop();
      if (side?.end !== i + 1) throw invalid(`${path}/right`, 'does not make a tree');
      depth = side.depth;
    }
  });
  if (open.length > 0) throw invalid(`${path}/right`, 'does not make a tree');
  return parsed;
}

/**
 * A tree to be walked without a branch: four words a node, [feature, first word of the left child, missing goes right,
 * threshold]; the right child stands behind the left one. A leaf is its own child, so that every row takes `depth` steps.
 */
export interface CompiledTree {
  readonly words: Int32Array;
  /** The same memory; the fourth word is a float32. */
  readonly floats: Float32Array;
  /** What each node adds; 0 but in leaves. */
  readonly values: Float64Array;
  readonly depth: number;
}

export function compileTree(tree: Tree): CompiledTree {
  const count = tree.feature.length;
  const words = new Int32Array(count * 4);
  const floats = new Float32Array(words.buffer);
  const values = new Float64Array(count);
  // Which node of the tree stands at each place, level after level.
  const order = [0];
  let depth = 0;
  let levelEnd = 1;
  for (let place = 0; place < order.length; place++) {
    if (place === levelEnd) {
      depth++;
      levelEnd = order.length;
    }
    const node = order[place] ?? 0;
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) {
      words.set([0, place * 4, 0], place * 4);
      floats[place * 4 + 3] = Number.POSITIVE_INFINITY;
      values[place] = tree.value[node] ?? 0;
    } else {
      words.set([feature, order.length * 4, 1 - (tree.missingLeft[node] ?? 0)], place * 4);
      floats[place * 4 + 3] = tree.value[node] ?? 0;
      order.push(node + 1, tree.right[node] ?? 0);
    }
  }
  return { words, floats, values, depth };
}

/**
 * Adds what the tree says of each row to `margins`. Four rows walk side by side: each waits for memory while the others go on.
 * @param rows row after row, `width` values a row
 */
export function addTree(tree: CompiledTree, rows: Float32Array, width: number, margins: Float64Array): void {
  const { words, floats, values, depth } = tree;
  const count = margins.length;
  for (let row = 0; row < count; row += 4) {
    const base0 = row * width;
    // Beyond the last row it is walked again, and not counted.
    const base1 = Math.min(row + 1, count - 1) * width;
    const base2 = Math.min(row + 2, count - 1) * width;
    const base3 = Math.min(row + 3, count - 1) * width;
    let at0 = 0;
    let at1 = 0;
    let at2 = 0;
    let at3 = 0;
    for (let step = 0; step < depth; step++) {
      at0 = next(words, floats, at0, rows[base0 + (words[at0] ?? 0)] ?? Number.NaN);
      at1 = next(words, floats, at1, rows[base1 + (words[at1] ?? 0)] ?? Number.NaN);
      at2 = next(words, floats, at2, rows[base2 + (words[at2] ?? 0)] ?? Number.NaN);
      at3 = next(words, floats, at3, rows[base3 + (words[at3] ?? 0)] ?? Number.NaN);
    }
    margins[row] = (margins[row] ?? 0) + (values[at0 >> 2] ?? 0);
    if (row + 1 < count) margins[row + 1] = (margins[row + 1] ?? 0) + (values[at1 >> 2] ?? 0);
    if (row + 2 < count) margins[row + 2] = (margins[row + 2] ?? 0) + (values[at2 >> 2] ?? 0);
    if (row + 3 < count) margins[row + 3] = (margins[row + 3] ?? 0) + (values[at3 >> 2] ?? 0);
  }
}

function next(words: Int32Array, floats: Float32Array, at: number, known: number): number {
  const isAbove = Number(known >= (floats[at + 3] ?? 0));
  const isMissing = Number(Number.isNaN(known));
  return (words[at + 1] ?? 0) + 4 * (isAbove | (isMissing & (words[at + 2] ?? 0)));
}

/** Rows `start` to `end` of columns, row after row: a tree jumps between the features of a row. */
export function rowMajor(
  columns: readonly Float32Array[],
  start: number,
  end: number,
  values: Float32Array = new Float32Array((end - start) * columns.length),
): Float32Array {
  const width = columns.length;
  columns.forEach((column, j) => {
    for (let i = start; i < end; i++) values[(i - start) * width + j] = column[i] ?? Number.NaN;
  });
  return values;
}
