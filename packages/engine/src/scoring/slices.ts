/** Rows that are looked at before others get a turn: about a millisecond of simple work. */
const sliceRows = 1 << 16;

/** Calls `work` for stretches of 0 to `count` that others may interrupt. */
export async function inSlices(
  count: number,
  breathe: () => Promise<void>,
  work: (start: number, end: number) => void,
): Promise<void> {
  for (let start = 0; start < count; start += sliceRows) {
    work(start, Math.min(count, start + sliceRows));
    await breathe();
  }
}

/** Rows of the first runs; small enough to be sorted in a few milliseconds. */
const runRows = 1 << 14;

/**
 * The entries of `rows` by their keys, ascending, equal ones as they stood: a merge sort that others may interrupt.
 * @param keys one for each row number; not NaN
 * @param rows not changed; by default every row
 */
export async function orderBy(
  keys: ArrayLike<number>,
  breathe: () => Promise<void>,
  rows: Uint32Array = rowNumbers(keys.length),
): Promise<Uint32Array> {
  const n = rows.length;
  let from = rows.slice();
  for (let start = 0; start < n; start += runRows) {
    from.subarray(start, start + runRows).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
    await breathe();
  }
  let to = new Uint32Array(n);
  for (let width = runRows; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(n, start + width);
      const end = Math.min(n, start + 2 * width);
      let left = start;
      let right = middle;
      for (let pause = start; pause < end; pause += runRows * 4) {
        const until = Math.min(end, pause + runRows * 4);
        for (let at = pause; at < until; at++) {
          const a = from[left] ?? 0;
          const b = from[right] ?? 0;
          const isLeft = left < middle && (right >= end || (keys[a] ?? 0) <= (keys[b] ?? 0));
          to[at] = isLeft ? a : b;
          if (isLeft) left++;
          else right++;
        }
        await breathe();
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

export function rowNumbers(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  return rows;
}
