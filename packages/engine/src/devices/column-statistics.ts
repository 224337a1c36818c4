import type { Kernel } from '../kernels/kernel.ts';
import { interpolate, quantiles, sortRanks } from '../order-statistics.ts';
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
    const sample = column.length < worthwhileValues ? undefined : sampleOf(column);
    if (!sample || sample.known < sampleValues / 2) {
      const found = quantiles(column, fractions);
      const shift = Math.fround(found[0] ?? Number.NaN);
      return { quantiles: found, shift, ...pass(kernel, column, shift, []).totals };
    }
    const shift = Math.fround(interpolate(sample, [0.5])[0] ?? Number.NaN);
    const { totals, windows } = pass(kernel, column, shift, windowsOf(sample, fractions, column.length));
    const found = windows.map(({ values, below, known }, i) => {
      const position = (fractions[i] ?? 0) * (known - 1);
      const inside = sortRanks(values);
      const first = Math.floor(position) - below;
      const last = Math.ceil(position) - below;
      if (first < 0 || last >= inside.known) return undefined;
      const value = inside.at(first);
      return value + (inside.at(last) - value) * (position - Math.floor(position));
    });
    return {
      quantiles: found.every((value) => value !== undefined) ? found : quantiles(column, fractions),
      shift,
      ...totals,
    };
  };
}

interface Window {
  readonly low: number;
  readonly high: number;
  readonly room: number;
}

function sampleOf(column: Float32Array): ReturnType<typeof sortRanks> {
  const step = column.length / sampleValues;
  return sortRanks(
    Float32Array.from({ length: sampleValues }, (_, i) => column[Math.floor((i + 0.5) * step)] ?? Number.NaN),
  );
}

function windowsOf(
  sample: ReturnType<typeof sortRanks>,
  fractions: readonly number[],
  length: number,
): Window[] {
  return fractions.map((fraction) => {
    const rank = fraction * (sample.known - 1);
    const [low, high] = [Math.floor(rank - margin), Math.ceil(rank + margin)];
    return {
      low: low < 0 ? Number.NEGATIVE_INFINITY : sample.at(low),
      high: high >= sample.known ? Number.POSITIVE_INFINITY : sample.at(high),
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
  windows: { values: Float32Array; below: number; known: number }[];
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
