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

/** A tree in one piece of memory: four words a node, [feature, right child's first word, missingLeft, value]. */
export interface CompiledTree {
  readonly words: Int32Array;
  /** The same memory; the fourth word is a float32. */
  readonly floats: Float32Array;
}

export function compileTree(tree: Tree): CompiledTree {
  const words = new Int32Array(tree.feature.length * 4);
  const floats = new Float32Array(words.buffer);
  tree.feature.forEach((feature, i) => {
    words.set([feature, (tree.right[i] ?? 0) * 4, tree.missingLeft[i] ?? 0], i * 4);
    floats[i * 4 + 3] = tree.value[i] ?? 0;
  });
  return { words, floats };
}

/**
 * Adds what the tree says of each row to `margins`.
 * @param values row after row, `width` a row
 */
export function addTree(
  { words, floats }: CompiledTree,
  values: Float32Array,
  width: number,
  margins: Float64Array,
): void {
  for (let row = 0; row < margins.length; row++) {
    const base = row * width;
    let at = 0;
    let asked = words[0] ?? -1;
    while (asked >= 0) {
      const known = values[base + asked] ?? Number.NaN;
      const isLeft = known < (floats[at + 3] ?? 0) || (Number.isNaN(known) && words[at + 2] === 1);
      at = isLeft ? at + 4 : (words[at + 1] ?? 0);
      asked = words[at] ?? -1;
    }
    margins[row] = (margins[row] ?? 0) + (floats[at + 3] ?? 0);
  }
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
