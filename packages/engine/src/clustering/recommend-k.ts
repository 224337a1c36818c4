export type KMethod = (typeof kMethods)[number];
export const kMethods = ['silhouette', 'davies-bouldin', 'calinski-harabasz', 'gap'] as const;

/** Plain data; what cannot be said of a k is null, as nothing but the gap can of one cluster. */
export interface KCandidate {
  readonly k: number;
  /** Sum of squared distances in scaled space. */
  readonly inertia: number;
  /** Rows of the smallest cluster. */
  readonly smallest: number;
  /** Higher is better, at most 1. */
  readonly silhouette: number | null;
  readonly silhouetteError: number | null;
  /** Lower is better; null also where it is infinite. */
  readonly daviesBouldin: number | null;
  /** Higher is better; null also where it is infinite. */
  readonly calinskiHarabasz: number | null;
  readonly gap: number | null;
  readonly gapError: number | null;
}

/** Why a k was chosen, as data: the words are the caller's. */
export interface KReason {
  /**
   * A message key, `clusters.k.<what>`. `gap-first`: the first k that the next one is no clear gain over. `gap-open`: there
   * is none up to the most that were tried, which is the one with the largest gap. The others: the best value of all.
   */
  readonly key:
    | 'clusters.k.silhouette-highest'
    | 'clusters.k.davies-bouldin-lowest'
    | 'clusters.k.calinski-harabasz-highest'
    | 'clusters.k.gap-first'
    | 'clusters.k.gap-open';
  /** The criterion at the chosen k; null where it is infinite. */
  readonly value: number | null;
  /** The next best k and its value, or for the gap the next k; null where there is none. */
  readonly runnerUp: { readonly k: number; readonly value: number | null } | null;
  /**
   * By the mean silhouette at the chosen k, in the words of Kaufman & Rousseeuw ("Finding Groups in Data", 1990, ch. 2):
   * above 0.7 `strong`, above 0.5 `reasonable`, above 0.25 `weak`, else `none`: then the clusters may well be artificial.
   * Null for one cluster.
   */
  readonly structure: 'strong' | 'reasonable' | 'weak' | 'none' | null;
}

export function recommend(
  candidates: readonly KCandidate[],
  method: KMethod,
): { k: number; reason: KReason } {
  const { chosen, key, value, runnerUp } = method === 'gap' ? byGap(candidates) : byBest(candidates, method);
  return {
    k: chosen.k,
    reason: { key, value, runnerUp, structure: structureOf(chosen.silhouette) },
  };
}

interface Choice extends Pick<KReason, 'key' | 'value' | 'runnerUp'> {
  readonly chosen: KCandidate;
}

const best = {
  silhouette: {
    key: 'clusters.k.silhouette-highest',
    of: ({ silhouette }: KCandidate) => silhouette,
    sign: 1,
  },
  'davies-bouldin': {
    key: 'clusters.k.davies-bouldin-lowest',
    of: ({ daviesBouldin }: KCandidate) => daviesBouldin,
    sign: -1,
  },
  'calinski-harabasz': {
    key: 'clusters.k.calinski-harabasz-highest',
    of: ({ calinskiHarabasz }: KCandidate) => calinskiHarabasz,
    sign: 1,
  },
} as const;

function byBest(candidates: readonly KCandidate[], method: Exclude<KMethod, 'gap'>): Choice {
  const { key, of, sign } = best[method];
  const score = (candidate: KCandidate): number => sign * (of(candidate) ?? sign * Number.NEGATIVE_INFINITY);
  // Of equally good ones the fewest clusters: the sort keeps their order. Infinities are compared, not subtracted.
  const ranked = [...candidates].sort((a, b) => (score(a) === score(b) ? 0 : score(a) < score(b) ? 1 : -1));
  const [chosen, next] = ranked;
  if (!chosen) throw new RangeError('There is no k to choose from.');
  return {
    chosen,
    key,
    value: finite(of(chosen)),
    runnerUp: next ? { k: next.k, value: finite(of(next)) } : null,
  };
}

/** The smallest k whose gap is at least the next one's less its standard error. */
function byGap(candidates: readonly KCandidate[]): Choice {
  for (const [i, chosen] of candidates.entries()) {
    const next = candidates[i + 1];
    if (!next || chosen.gap === null || next.gap === null || next.gapError === null) continue;
    if (chosen.gap >= next.gap - next.gapError) {
      const runnerUp = { k: next.k, value: next.gap };
      return { chosen, key: 'clusters.k.gap-first', value: chosen.gap, runnerUp };
    }
  }
  const gap = ({ gap: found }: KCandidate): number => found ?? Number.NEGATIVE_INFINITY;
  const [chosen, next] = [...candidates].sort((a, b) => (gap(a) === gap(b) ? 0 : gap(a) < gap(b) ? 1 : -1));
  if (!chosen) throw new RangeError('There is no k to choose from.');
  const runnerUp = next ? { k: next.k, value: next.gap } : null;
  return { chosen, key: 'clusters.k.gap-open', value: chosen.gap, runnerUp };
}

function structureOf(silhouette: number | null): KReason['structure'] {
  if (silhouette === null) return null;
  if (silhouette > 0.7) return 'strong';
  if (silhouette > 0.5) return 'reasonable';
  return silhouette > 0.25 ? 'weak' : 'none';
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
