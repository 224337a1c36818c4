import { describe, expect, it } from 'vitest';
import { chooseK } from './clustering/choose-k.ts';
import { kmeans } from './clustering/kmeans.ts';
import { partialFit } from './clustering/partial-fit.ts';
import { stability } from './clustering/stability.ts';
import { driftBaseline } from './drift/baseline.ts';
import { FeatureMatrix } from './matrix.ts';
import { fitBgNbd } from './scoring/bg-nbd.ts';
import { fitRfm } from './scoring/rfm.ts';
import { blobs } from './testing/data.ts';

const { matrix } = blobs({ rows: 60, features: 3, groups: 2, seed: 1 });
const renamed = (...names: string[]) => FeatureMatrix.fromColumns(names, matrix.columns());

/** What JavaScript lets through, and a setting read from a file may be. */
function typo<T>(): T {
  // Deliberately none of the values that the type allows.
  return 'typo' as T;
}

describe('an option that is none of its choices is refused by its name:', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['scaling', () => kmeans(matrix, { k: 2, scaling: typo() })],
    ['transform', () => kmeans(matrix, { k: 2, transform: typo<'none'>() })],
    ['transform', () => kmeans(matrix, { k: 2, transform: { feature_1: typo() } })],
    ['method', () => chooseK(matrix, { method: typo() })],
    ['method', () => stability(matrix, async () => ({ labels: new Int32Array(60) }), { method: typo() })],
    ['onDrift', async () => partialFit((await kmeans(matrix, { k: 2 })).model, matrix, { onDrift: typo() })],
    ['recencyBetter', () => fitRfm(renamed('recency', 'frequency', 'monetary'), { recencyBetter: typo() })],
    ['timeUnit', () => fitBgNbd(renamed('frequency', 'recency', 'T'), { horizon: 1, timeUnit: typo() })],
    ['bins', () => driftBaseline(matrix, { bins: 1e9 })],
  ])('%s', async (option, run) => {
    await expect(run()).rejects.toMatchObject({ code: 'engine_option_invalid', details: { option } });
  });
});
