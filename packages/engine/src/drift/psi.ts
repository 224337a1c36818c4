export type DriftLevel = 'stable' | 'moderate' | 'major';

const levels: readonly DriftLevel[] = ['stable', 'moderate', 'major'];
const moderatePsi = 0.1;
const majorPsi = 0.25;

/**
 * The population stability index of two histograms over the same bins: Σ (after − before) · ln(after / before) over the
 * shares, which is the symmetric divergence of Kullback & Leibler ("On information and sufficiency", 1951). A bin that
 * was empty on one side only counts there as half a row, as its logarithm would be infinite.
 *
 * `chance`: from one population alone, the index times rows₁·rows₂ / (rows₁ + rows₂) is about chi-squared with one degree
 * of freedom less than bins (Yurdakul & Naranjo, "Statistical properties of the population stability index", 2020); its
 * 95th percentile.
 */
export function populationStability(
  before: readonly number[],
  after: readonly number[],
  rowsBefore: number,
  rowsAfter: number,
): { psi: number; chance: number } {
  let psi = 0;
  let bins = 0;
  before.forEach((was, b) => {
    const is = after[b] ?? 0;
    if (was === 0 && is === 0) return;
    bins++;
    const expected = Math.max(was, 0.5) / rowsBefore;
    const actual = Math.max(is, 0.5) / rowsAfter;
    psi += (actual - expected) * Math.log(actual / expected);
  });
  return { psi, chance: chiSquared95(bins - 1) * (1 / rowsBefore + 1 / rowsAfter) };
}

export function driftLevel(psi: number, chance: number): DriftLevel {
  if (psi < moderatePsi || psi <= chance) return 'stable';
  return psi < majorPsi ? 'moderate' : 'major';
}

export function worstLevel(found: readonly DriftLevel[]): DriftLevel {
  return levels.findLast((level) => found.includes(level)) ?? 'stable';
}

/** The 95th percentile (Wilson & Hilferty, "The distribution of chi-square", 1931), within 3 % for one degree. */
function chiSquared95(degrees: number): number {
  if (degrees < 1) return 0;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 1.6448536269514722 * Math.sqrt(spread)) ** 3;
}
