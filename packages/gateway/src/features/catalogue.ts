import { chasing } from './definitions/chasing.ts';
import { contact } from './definitions/contact.ts';
import { intensity } from './definitions/intensity.ts';
import { payments } from './definitions/payments.ts';
import { play } from './definitions/play.ts';
import { presence } from './definitions/presence.ts';
import { value } from './definitions/value.ts';
import type { FeatureDefinition } from './feature-definition.ts';

/** Features that belong together, in the order in which people read them. */
export const featureGroups: readonly { title: string; features: readonly FeatureDefinition[] }[] = [
  { title: 'Money in and out', features: payments },
  { title: 'Stakes, payouts and value', features: value },
  { title: 'What is played, and when', features: play },
  { title: 'Presence', features: presence },
  { title: 'Intensity, variability and trajectory', features: intensity },
  { title: 'After a loss', features: chasing },
  { title: 'Limits and messages', features: contact },
];

/** Everything that rules and models may refer to. Counts are of all currencies; money is in minor units of the account's. */
export const features: readonly FeatureDefinition[] = featureGroups.flatMap((group) => group.features);

export const featureById: ReadonlyMap<string, FeatureDefinition> = new Map(
  features.map((feature) => [feature.id, feature]),
);
