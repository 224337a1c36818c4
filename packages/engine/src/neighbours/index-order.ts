import { xoshiro128 } from '../random.ts';

/** Rows of a node that the direction to cut it in is judged by. */
const sampledRows = 256;

/**
 * Puts rows in the order of the leaves of a k-d tree (Bentley 1975), each leaf `leafRows` but for the last: a node is
 * cut at the end of a leaf near its middle, across the feature that varies most in a sample of it. Without recursion,
 * and equal rows cost no more than others.
 * @param rows float32, `stride` a row
 * @param order the rows, put in order where they stand
 * @param starts places of `order` where something new begins that should not be mixed with what is before it
 */
export async function leafOrder(
  rows: Float32Array,
  stride: number,
  leafRows: number,
  breathe: () => Promise<void>,
  order: Int32Array,
  starts: readonly number[],
): Promise<void> {
  const random = xoshiro128(0x9e3779b9, 0x243f6a88, 0xb7e15162, 1);
  const pending = starts.flatMap((start, i) => [start, starts[i + 1] ?? order.length]);
  let work = 0;
  for (;;) {
    const end = pending.pop();
    const start = pending.pop();
    if (start === undefined || end === undefined) return;
    const firstLeaf = Math.floor(start / leafRows);
    const leaves = Math.ceil(end / leafRows) - firstLeaf;
    if (leaves < 2) continue;
    const middle = (firstLeaf + Math.ceil(leaves / 2)) * leafRows;
    const feature = widest(rows, stride, order, start, end);
    select(rows, stride, feature, order, start, end - 1, middle, random);
    pending.push(start, middle, middle, end);
    work += end - start;
    if (work > 50_000) {
      work = 0;
      await breathe();
    }
  }
}

/** The feature of the largest variance in a sample of evenly spaced rows. */
function widest(rows: Float32Array, stride: number, order: Int32Array, start: number, end: number): number {
  const step = Math.max(1, Math.floor((end - start) / sampledRows));
  let best = 0;
  let most = -1;
  for (let j = 0; j < stride; j++) {
    const shift = rows[(order[start] ?? 0) * stride + j] ?? 0;
    let sum = 0;
    let squares = 0;
    let taken = 0;
    for (let i = start; i < end; i += step) {
      const value = (rows[(order[i] ?? 0) * stride + j] ?? 0) - shift;
      sum += value;
      squares += value * value;
      taken++;
    }
    const spread = squares - (sum * sum) / taken;
    if (spread > most) {
      most = spread;
      best = j;
    }
  }
  return best;
}

/** Hoare's selection: afterwards no row before `place` has a larger value than any from `place` on. */
function select(
  rows: Float32Array,
  stride: number,
  feature: number,
  order: Int32Array,
  first: number,
  last: number,
  place: number,
  random: () => number,
): void {
  let low = first;
  let high = last;
  while (low < high) {
    const pivot = rows[(order[low + (random() % (high - low + 1))] ?? 0) * stride + feature] ?? 0;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((rows[(order[i] ?? 0) * stride + feature] ?? 0) < pivot) i++;
      while ((rows[(order[j] ?? 0) * stride + feature] ?? 0) > pivot) j--;
      if (i > j) break;
      const swapped = order[i] ?? 0;
      order[i++] = order[j] ?? 0;
      order[j--] = swapped;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else return;
  }
}
