import { createBreather } from '../../breathe.ts';
import { EngineError } from '../../errors.ts';

export interface AgreementOptions {
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How far two labellings of the same rows agree on which rows belong together, whatever the labels' numbers: the
 * adjusted Rand index (Hubert & Arabie, "Comparing partitions", 1985). 1 is the same partition, 0 what chance gives for
 * clusters of these sizes, less than 0 (at least −0.5) worse than chance. −1 (noise) counts as a label like any other.
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_aborted`
 */
export async function adjustedRandIndex(
  a: Int32Array,
  b: Int32Array,
  options: AgreementOptions = {},
): Promise<number> {
  const table = await contingency(a, b, createBreather(options.signal));
  const together = pairs(table.cells.values());
  const first = pairs(table.first);
  const second = pairs(table.second);
  const all = (a.length * (a.length - 1)) / 2;
  const largest = (first + second) / 2;
  // Both one cluster, or both a cluster a row: the same partition, of which chance leaves no other.
  if (all === 0 || largest === (first * second) / all) return 1;
  const expected = (first * second) / all;
  return (together - expected) / (largest - expected);
}

/**
 * The same by what one labelling tells about the other: mutual information, adjusted for chance and divided by the mean
 * of the two entropies (Vinh, Epps & Bailey, "Information theoretic measures for clusterings comparison", JMLR 2010).
 * It weighs small clusters more than the Rand index does.
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_aborted`
 */
export async function adjustedMutualInformation(
  a: Int32Array,
  b: Int32Array,
  options: AgreementOptions = {},
): Promise<number> {
  const breathe = createBreather(options.signal);
  const { cells, first, second } = await contingency(a, b, breathe);
  const rows = a.length;
  if (rows === 0 || (first.length === 1 && second.length === 1)) return 1;
  const entropies = (entropy(first, rows) + entropy(second, rows)) / 2;
  const shared = 2 * entropies - entropy(cells.values(), rows);
  const expected = await expectedInformation(first, second, rows, breathe);
  const adjusted = entropies - expected;
  // Chance alone explains everything, as where each row is a cluster of its own: the same partition or none like it.
  if (Math.abs(adjusted) < 1e-12) return Math.abs(shared - expected) < 1e-12 ? 1 : 0;
  return (shared - expected) / adjusted;
}

/** Sizes of the clusters of each labelling, and of what a cluster of one shares with a cluster of the other. */
interface Contingency {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly cells: ReadonlyMap<number, number>;
}

const sliceRows = 65536;

async function contingency(a: Int32Array, b: Int32Array, breathe: () => Promise<void>): Promise<Contingency> {
  if (a.length !== b.length) {
    throw new EngineError('engine_labels_mismatch', `${a.length} labels are compared with ${b.length}.`);
  }
  const first = new Sizes();
  const second = new Sizes();
  const cells = new Map<number, number>();
  for (let start = 0; start < a.length; start += sliceRows) {
    await breathe();
    const end = Math.min(start + sliceRows, a.length);
    for (let i = start; i < end; i++) {
      const cell = first.add(a[i] ?? 0) * a.length + second.add(b[i] ?? 0);
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
  }
  return { first: first.counts, second: second.counts, cells };
}

/** Counts labels, numbered as they come. */
class Sizes {
  readonly counts: number[] = [];
  readonly #numbers = new Map<number, number>();

  add(label: number): number {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      number = this.counts.length;
      this.#numbers.set(label, number);
    }
    this.counts[number] = (this.counts[number] ?? 0) + 1;
    return number;
  }
}

/** Pairs of rows that lie in the same cluster. */
function pairs(sizes: Iterable<number>): number {
  let total = 0;
  for (const size of sizes) total += (size * (size - 1)) / 2;
  return total;
}

/** In nats. */
function entropy(sizes: Iterable<number>, rows: number): number {
  let total = 0;
  for (const size of sizes) total -= (size / rows) * Math.log(size / rows);
  return total;
}

/**
 * Mutual information of two labellings with these sizes, averaged over all ways to deal out the labels. What two
 * clusters share is then hypergeometric, and only their sizes matter, so that equal sizes are counted once.
 */
async function expectedInformation(
  first: readonly number[],
  second: readonly number[],
  rows: number,
  breathe: () => Promise<void>,
): Promise<number> {
  const others = tally(second);
  let total = 0;
  for (const [size, times] of tally(first)) {
    for (const [other, otherTimes] of others) {
      total += times * otherTimes * expectedCell(size, other, rows);
    }
    await breathe();
  }
  return total;
}

function expectedCell(a: number, b: number, rows: number): number {
  const mean = (a * b) / rows;
  const variance = (mean * (rows - a) * (rows - b)) / (rows * Math.max(1, rows - 1));
  // Beyond ten deviations (and some rows, where a deviation is less than one) lies less than rounding loses.
  const reach = 10 * Math.sqrt(variance) + 50;
  const least = Math.max(1, a + b - rows, Math.floor(mean - reach));
  const most = Math.min(a, b, Math.ceil(mean + reach));
  const fixed =
    logFactorial(a) + logFactorial(b) + logFactorial(rows - a) + logFactorial(rows - b) - logFactorial(rows);
  let total = 0;
  for (let shared = least; shared <= most; shared++) {
    const logProbability =
      fixed -
      logFactorial(shared) -
      logFactorial(a - shared) -
      logFactorial(b - shared) -
      logFactorial(rows - a - b + shared);
    total += (shared / rows) * Math.log((rows * shared) / (a * b)) * Math.exp(logProbability);
  }
  return total;
}

function tally(sizes: readonly number[]): Map<number, number> {
  const times = new Map<number, number>();
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1);
  return times;
}

const smallFactorials = new Float64Array(257);
for (let n = 2; n < smallFactorials.length; n++) {
  smallFactorials[n] = (smallFactorials[n - 1] ?? 0) + Math.log(n);
}

/** log n!; beyond the table by Stirling's series, there exact to the last bits. */
function logFactorial(n: number): number {
  const known = smallFactorials[n];
  if (known !== undefined) return known;
  const inverse = 1 / n;
  return (
    (n + 0.5) * Math.log(n) -
    n +
    0.5 * Math.log(2 * Math.PI) +
    inverse / 12 -
    inverse ** 3 / 360 +
    inverse ** 5 / 1260
  );
}
