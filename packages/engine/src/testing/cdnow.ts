import { FeatureMatrix } from '../matrix.ts';
import sample from './references/cdnow.json' with { type: 'json' };

/** The published 1/10 sample, 2,357 customers over their first 39 weeks: frequency, recency and T in weeks, monetary. */
export function cdnowSample(): FeatureMatrix {
  const rows: number[][] = [];
  for (const { T, once, repeat } of sample) {
    for (let i = 0; i < once; i++) rows.push([0, 0, T / 7, 0]);
    for (const [x = 0, recency = 0, cents = 0] of repeat) rows.push([x, recency / 7, T / 7, cents / 100]);
  }
  return FeatureMatrix.fromRows(['frequency', 'recency', 'T', 'monetary'], rows);
}
