import type { ClusterTrait } from '../data/wire.ts';
import type { Messages } from '../locales/en.ts';
import { humanise } from './event-words.ts';

/** The id of a feature without its window: `deposits_amount_30d` → `deposits_amount`. */
export const featureBase = (id: string): string => id.replace(/_(7d|30d|90d|lifetime|now)$/, '');

const knows = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);

/** What a feature is called in a language; its id in plain letters where the catalogue has no name. */
export function featureName(id: string, words: Messages): string {
  const base = featureBase(id);
  return knows(words.features, base) ? words.features[base] : humanise(base);
}

const mostTraits = 3;

/**
 * A cluster's traits as a sentence: "Deposit far more; play mostly at night". Says a behaviour once, though it may
 * be measured over several windows.
 */
export function clusterSentence(traits: readonly ClusterTrait[], words: Messages): string {
  const said = new Map<string, string>();
  for (const { feature, direction, strength } of traits) {
    const base = featureBase(feature);
    if (said.has(base)) continue;
    said.set(
      base,
      knows(words.traits, base)
        ? words.traits[base][direction](strength)
        : words.traitOther[direction](featureName(feature, words)),
    );
    if (said.size === mostTraits) break;
  }
  if (said.size === 0) return words.clusters.average;
  const sentence = [...said.values()].join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
