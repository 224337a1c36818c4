import { readableBetween, significantDigits } from './readable-number.ts';

/** Quantiles of all rows at which a rule may cut. */
const evenCuts = 64;

/** Quantiles of the cluster's own rows: its ends closely, its middle roughly. */
const ownCuts = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1];

/** More digits than this are worth a few rows on the wrong side. */
const readableDigits = 3;

/** Shares of all rows and of the cluster that a threshold may pass for fewer digits; beyond, as far from zero, digits are what it takes. */
const mostOfAll = 0.02;
const mostOfCluster = 0.1;

/**
 * Where a rule for a cluster may cut a feature: ascending numbers that are easy to read, at most 255.
 * @param all known values of all rows, ascending
 * @param own known values of the cluster's rows, ascending
 * @param share of the cluster among all rows
 */
export function ruleThresholds(all: Float32Array, own: Float32Array, share: number): number[] {
  const n = all.length;
  if (n === 0) return [];
  const isWhole = all.every((value) => Number.isInteger(value));
  const ranks = new Set<number>();
  const addAround = (value: number): void => {
    ranks.add(lowerBound(all, value));
    ranks.add(upperBound(all, value));
  };
  for (let i = 1; i < evenCuts; i++) addAround(all[Math.floor((i * n) / evenCuts)] ?? 0);
  for (const share of own.length > 0 ? ownCuts : []) {
    addAround(own[Math.round(share * (own.length - 1))] ?? 0);
  }
  const thresholds = new Map<number, number>();
  for (const rank of ranks) {
    const threshold = readableCut(all, rank, share, isWhole);
    if (threshold !== undefined) thresholds.set(Math.fround(threshold), threshold);
  }
  return [...thresholds.values()].sort((a, b) => a - b);
}

function readableCut(all: Float32Array, rank: number, share: number, isWhole: boolean): number | undefined {
  const high = all[rank];
  if (high === undefined) return undefined;
  const low = all[rank - 1];
  // Before the first value: a condition that holds for all that is known.
  if (low === undefined) return roundDown(high, isWhole);
  const quarter = (high - low) / 4;
  // Well within a wide gap, where players still to come are least likely to be on the wrong side.
  const within = readableBetween(low + quarter, high - quarter);
  const cut =
    within !== undefined && (!isWhole || Number.isInteger(within)) ? within : readableBetween(low, high);
  if (cut !== undefined && significantDigits(cut) <= readableDigits) return cut;
  const most = all.length * Math.min(mostOfAll, mostOfCluster * share);
  for (let reach = Math.max(1, most / 8); reach <= most; reach *= 2) {
    const rows = Math.floor(reach);
    const wider = readableBetween(all[Math.max(0, rank - 1 - rows)] ?? low, all[rank + rows] ?? high);
    if (wider !== undefined && significantDigits(wider) <= readableDigits) return wider;
  }
  return cut;
}

function roundDown(value: number, isWhole: boolean): number {
  if (isWhole) return value;
  const size = Math.abs(value) || 1;
  return readableBetween(value - size / 100, value) ?? value;
}

/** How many values are below. */
function lowerBound(sorted: Float32Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** How many values are not above. */
function upperBound(sorted: Float32Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
