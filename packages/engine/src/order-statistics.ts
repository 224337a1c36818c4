const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Negative floats reverse, positive ones move above them. */
function toKey(raw: number): number {
  return raw & 0x80000000 ? ~raw >>> 0 : (raw | 0x80000000) >>> 0;
}

function fromKey(key: number): number {
  bits[0] = key & 0x80000000 ? key & 0x7fffffff : ~key;
  return float[0] ?? Number.NaN;
}

/** Below this sorting is faster than clearing histograms. */
const sortedRows = 20_000;

/**
 * Quantiles of the values that are not NaN, with linear interpolation between neighbours (Hyndman & Fan 1996, type 7:
 * what NumPy and R do by default). NaN for each when there is no value.
 * @param fractions each in [0, 1]
 */
export function quantiles(column: Float32Array, fractions: readonly number[]): number[] {
  return interpolate(ranksOf(column), fractions);
}

/** The value of each rank, and how many there are. */
interface Ranks {
  readonly known: number;
  at(rank: number): number;
}

export function interpolate({ known, at }: Ranks, fractions: readonly number[]): number[] {
  if (known === 0) return fractions.map(() => Number.NaN);
  return fractions.map((fraction) => {
    const position = fraction * (known - 1);
    const below = Math.floor(position);
    const value = at(below);
    const weight = position - below;
    return weight === 0 ? value : value + (at(below + 1) - value) * weight;
  });
}

/** By whichever way is faster for so many rows. */
export function ranksOf(column: Float32Array): Ranks {
  return column.length < sortedRows ? sortRanks(column) : countRanks(column);
}

export function sortRanks(column: Float32Array): Ranks {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  return { known: sorted.length, at: (rank) => sorted[rank] ?? Number.NaN };
}

/**
 * Exact ranks without sorting: a float32's bits, with the sign folded in, are a 32-bit integer of the same order, so
 * that two histograms of 16 bits each find any rank. Twice over the column; a million rows take milliseconds.
 */
export function countRanks(column: Float32Array): Ranks {
  const raw = new Uint32Array(column.buffer, column.byteOffset, column.length);
  const upper = new Uint32Array(65536);
  let known = 0;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i] ?? 0;
    if ((value & 0x7fffffff) > 0x7f800000) continue;
    const bucket = toKey(value) >>> 16;
    upper[bucket] = (upper[bucket] ?? 0) + 1;
    known++;
  }
  const lowers = new Map<number, Uint32Array>();
  const at = (rank: number): number => {
    const [bucket, before] = find(upper, rank);
    let lower = lowers.get(bucket);
    if (!lower) {
      lower = lowerHistogram(raw, bucket);
      lowers.set(bucket, lower);
    }
    const [low] = find(lower, rank - before);
    return fromKey(((bucket << 16) | low) >>> 0);
  };
  return { known, at };
}

/**
 * The value of a rank; the values are moved about until those before it are not greater and those after it not less
 * (Hoare, "Algorithm 65: find", CACM 1961). None of them may be NaN.
 */
export function selectRank(values: Float32Array, rank: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1] ?? 0;
    let i = left;
    let j = right;
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const moved = values[i] ?? 0;
      values[i++] = values[j] ?? 0;
      values[j--] = moved;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else break;
  }
  return values[rank] ?? Number.NaN;
}

/** Rows between two turns of the event loop: a millisecond or so. */
const sliceRows = 65_536;

/**
 * All ranks, by sorting the column in two passes over 16 bits each, with a pause wherever `breathe` wants one: for more
 * quantiles than a few.
 */
export async function ranksInTurns(column: Float32Array, breathe: () => Promise<void>): Promise<Ranks> {
  const raw = new Uint32Array(column.buffer, column.byteOffset, column.length);
  let keys = new Uint32Array(raw.length);
  let known = 0;
  for (let i = 0; i < raw.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const value = raw[i] ?? 0;
    if ((value & 0x7fffffff) <= 0x7f800000) keys[known++] = toKey(value);
  }
  for (const shift of [0, 16]) {
    const places = new Uint32Array(65537);
    for (let i = 0; i < known; i++) {
      if (i % sliceRows === 0) await breathe();
      const digit = (((keys[i] ?? 0) >>> shift) & 0xffff) + 1;
      places[digit] = (places[digit] ?? 0) + 1;
    }
    for (let digit = 1; digit < places.length; digit++) {
      places[digit] = (places[digit] ?? 0) + (places[digit - 1] ?? 0);
    }
    const ordered = new Uint32Array(known);
    for (let i = 0; i < known; i++) {
      if (i % sliceRows === 0) await breathe();
      const key = keys[i] ?? 0;
      const digit = (key >>> shift) & 0xffff;
      const place = places[digit] ?? 0;
      ordered[place] = key;
      places[digit] = place + 1;
    }
    keys = ordered;
  }
  return { known, at: (rank) => fromKey(keys[rank] ?? 0) };
}

export function median(column: Float32Array): number {
  return quantiles(column, [0.5])[0] ?? Number.NaN;
}

function lowerHistogram(raw: Uint32Array, bucket: number): Uint32Array {
  const lower = new Uint32Array(65536);
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i] ?? 0;
    if ((value & 0x7fffffff) > 0x7f800000) continue;
    const key = toKey(value);
    if (key >>> 16 === bucket) lower[key & 0xffff] = (lower[key & 0xffff] ?? 0) + 1;
  }
  return lower;
}

/** The bucket that holds a rank, and how many values lie in the buckets before it. */
function find(histogram: Uint32Array, rank: number): [bucket: number, before: number] {
  let before = 0;
  for (let bucket = 0; bucket < histogram.length; bucket++) {
    const count = histogram[bucket] ?? 0;
    if (rank < before + count) return [bucket, before];
    before += count;
  }
  return [histogram.length - 1, before];
}
