import type { Kernel } from '../kernels/kernel.ts';
import { quantiles, selectRank } from '../order-statistics.ts';
import type { ColumnStatistics } from '../scaling.ts';
import type { KernelFactory } from './select.ts';

/** Values that lie in the kernel's memory at a time. */
const tileValues = 16384;

/** Sorted to guess between which values a quantile lies. */
const sampleValues = 16384;

/** Of a sample, so many ranks to either side: about five standard deviations of where the quantile falls in it. */
const margin = 2.5 * Math.sqrt(sampleValues);

/** Below this, sorting the column itself is as fast. */
const worthwhileValues = 8 * sampleValues;

/**
 * Quantiles and moments by a kernel, in one pass over a column. A quantile is exact: a sample says between which two
 * values it lies, the pass counts what is below them and collects what is between, and where the sample was wrong
 * the column is counted as a whole (after Floyd & Rivest, "Expected time bounds for selection", CACM 1975).
 */
export function columnStatistics(factory: KernelFactory): ColumnStatistics {
  const kernel = factory.create();
  return (column, fractions) => {
    const sample = column.length < worthwhileValues ? new Float32Array(0) : sampleOf(column);
    if (sample.length < sampleValues / 2) {
      const found = quantiles(column, fractions);
      const shift = Math.fround(found[0] ?? Number.NaN);
      return { quantiles: found, shift, ...pass(kernel, column, shift, []).totals };
    }
    const shift = selectRank(sample, sample.length >> 1);
    const { totals, windows } = pass(kernel, column, shift, windowsOf(sample, fractions, column.length));
    const found = windows.map((window, i) => quantileIn(window, fractions[i] ?? 0));
    return {
      quantiles: found.every((value) => value !== undefined) ? found : quantiles(column, fractions),
      shift,
      ...totals,
    };
  };
}

/** The values of a column between two of them, how many lie below those, and how many there are in all. */
interface Found {
  readonly values: Float32Array;
  readonly below: number;
  readonly known: number;
}

/** Undefined where the quantile is not among the values. */
function quantileIn({ values, below, known }: Found, fraction: number): number | undefined {
  const position = fraction * (known - 1);
  const rank = Math.floor(position) - below;
  const weight = position - Math.floor(position);
  if (rank < 0 || rank + (weight > 0 ? 1 : 0) >= values.length) return undefined;
  const value = selectRank(values, rank);
  if (weight === 0) return value;
  let next = Number.POSITIVE_INFINITY;
  for (let i = rank + 1; i < values.length; i++) next = Math.min(next, values[i] ?? next);
  return value + (next - value) * weight;
}

interface Window {
  readonly low: number;
  readonly high: number;
  readonly room: number;
}

/** Values at even steps, those that are not missing. */
function sampleOf(column: Float32Array): Float32Array {
  const step = column.length / sampleValues;
  const sample = new Float32Array(sampleValues);
  let known = 0;
  for (let i = 0; i < sampleValues; i++) {
    const value = column[Math.floor((i + 0.5) * step)] ?? Number.NaN;
    if (!Number.isNaN(value)) sample[known++] = value;
  }
  return sample.subarray(0, known);
}

function windowsOf(sample: Float32Array, fractions: readonly number[], length: number): Window[] {
  return fractions.map((fraction) => {
    const rank = fraction * (sample.length - 1);
    const [low, high] = [Math.floor(rank - margin), Math.ceil(rank + margin)];
    return {
      low: low < 0 ? Number.NEGATIVE_INFINITY : selectRank(sample, low),
      high: high >= sample.length ? Number.POSITIVE_INFINITY : selectRank(sample, high),
      room: Math.ceil((4 * margin * length) / sampleValues),
    };
  });
}

function pass(
  kernel: Kernel,
  column: Float32Array,
  shift: number,
  windows: readonly Window[],
): {
  totals: { sum: number; squares: number };
  windows: Found[];
} {
  const totals = 0;
  const tile = 64;
  let end = tile + tileValues * 4;
  const places = windows.map((window) => {
    const counters = end;
    end = Math.ceil((end + 16 + window.room * 4) / 16) * 16;
    return { ...window, counters, found: counters + 16 };
  });
  kernel.reserve(end);
  new Float64Array(kernel.buffer, totals, 2).fill(0);
  for (const { counters } of places) new Int32Array(kernel.buffer, counters, 3).fill(0);
  const values = new Float32Array(kernel.buffer, tile, tileValues);
  for (let start = 0; start < column.length; start += tileValues) {
    const part = column.subarray(start, start + tileValues);
    values.set(part);
    kernel.moments(tile, part.length, shift, totals);
    for (const { low, high, found, room, counters } of places)
      kernel.between(tile, part.length, low, high, found, room, counters);
  }
  const [sum = 0, squares = 0] = new Float64Array(kernel.buffer, totals, 2);
  return {
    totals: { sum, squares },
    windows: places.map(({ counters, found, room }) => {
      const [taken = 0, below = 0, known = 0] = new Int32Array(kernel.buffer, counters, 3);
      // What found no room is missing at the end: then the quantile is not found either.
      const inside = new Float32Array(kernel.buffer, found, Math.min(taken, room)).slice();
      return { values: taken > room ? new Float32Array(0) : inside, below, known };
    }),
  };
}
