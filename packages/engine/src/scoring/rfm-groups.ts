/**
 * The named groups of RFM, as codes: the words are the caller's. Which group a player is in depends on the recency score and
 * on the mean of the frequency and the monetary one, each brought to five levels.
 */
export const rfmGroups = [
  'champions',
  'loyal',
  'potential_loyal',
  'new',
  'promising',
  'needs_attention',
  'about_to_sleep',
  'at_risk',
  'cannot_lose',
  'hibernating',
  'lost',
] as const;
export type RfmGroup = (typeof rfmGroups)[number];

/** Rows: recency level 5 (lately) down to 1; columns: frequency-and-monetary level 1 up to 5. */
const grid: readonly (readonly RfmGroup[])[] = [
  ['new', 'potential_loyal', 'potential_loyal', 'champions', 'champions'],
  ['promising', 'potential_loyal', 'loyal', 'loyal', 'champions'],
  ['about_to_sleep', 'needs_attention', 'needs_attention', 'loyal', 'loyal'],
  ['hibernating', 'about_to_sleep', 'at_risk', 'at_risk', 'at_risk'],
  ['lost', 'lost', 'hibernating', 'at_risk', 'cannot_lose'],
];

/** A score of 1 to `quantiles` as a level of 1 to 5: the lowest is 1, the highest 5, the others evenly between. */
export function levelOf(score: number, quantiles: number): number {
  return quantiles === 1 ? 3 : 1 + Math.round((4 * (score - 1)) / (quantiles - 1));
}

/** The level of frequency and monetary together: their weighted mean, a half rounded up; without weights, the plain one. */
export function valueLevelOf(
  frequencyLevel: number,
  monetaryLevel: number,
  frequencyWeight: number,
  monetaryWeight: number,
): number {
  const sum = frequencyWeight + monetaryWeight;
  const share = sum > 0 ? frequencyWeight / sum : 0.5;
  return Math.round(share * frequencyLevel + (1 - share) * monetaryLevel);
}

/** The number of the group in `rfmGroups`. */
export function groupOf(recencyLevel: number, valueLevel: number): number {
  const group = grid[5 - recencyLevel]?.[valueLevel - 1];
  if (!group) throw new RangeError(`There is no group at ${recencyLevel}, ${valueLevel}.`);
  return rfmGroups.indexOf(group);
}
