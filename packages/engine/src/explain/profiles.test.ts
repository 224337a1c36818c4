import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { clusterProfiles } from './profiles.ts';

const matrix = FeatureMatrix.fromRows(
  ['stake', 'days', 'nothing'],
  [
    [10, 1, Number.NaN],
    [12, 9, Number.NaN],
    [14, 5, Number.NaN],
    [1, 4, Number.NaN],
    [3, 6, Number.NaN],
    [2, Number.NaN, Number.NaN],
    [99, 99, 99],
  ],
);
const labels = new Int32Array([0, 0, 0, 1, 1, 1, -1]);

describe('clusterProfiles', () => {
  const profiles = clusterProfiles(matrix, labels, 3);

  it('counts members, and leaves unlabelled rows out', () => {
    expect(profiles.map(({ cluster, size, share }) => [cluster, size, share])).toEqual([
      [0, 3, 0.5],
      [1, 3, 0.5],
      [2, 0, 0],
    ]);
  });

  it('gives mean, median and Cohen’s d as worked out by hand', () => {
    const stake = profiles[0]?.features[0];
    expect(stake).toMatchObject({
      feature: 'stake',
      mean: 12,
      median: 12,
      overallMean: 7,
      overallMedian: 6.5,
      missing: 0,
    });
    // Deviations 8 and 2 over 6 - 2 degrees of freedom, a difference of 10.
    expect(stake?.effect).toBeCloseTo(10 / Math.sqrt(2.5), 9);
    expect(profiles[1]?.features[0]?.effect).toBeCloseTo(-10 / Math.sqrt(2.5), 9);
  });

  it('leaves missing values out of everything but their share', () => {
    const days = profiles[1]?.features[1];
    expect(days).toMatchObject({ mean: 5, median: 5, overallMean: 5, effect: 0 });
    expect(days?.missing).toBeCloseTo(1 / 3, 9);
    expect(profiles[0]?.features[2]).toMatchObject({
      mean: null,
      median: null,
      overallMean: null,
      missing: 1,
      effect: 0,
    });
  });

  it('names what sets a cluster apart, with a key for its words', () => {
    expect(profiles[0]?.traits).toMatchObject([
      { feature: 'stake', direction: 'high', strength: 'large', key: 'cluster.trait.high.large' },
    ]);
    expect(profiles[1]?.traits).toMatchObject([{ feature: 'stake', direction: 'low' }]);
    expect(profiles[2]?.traits).toEqual([]);
  });

  it('orders traits by effect and keeps as many as are asked for', () => {
    const columns = FeatureMatrix.fromRows(
      ['a', 'b', 'c'],
      [
        [0, 0, 0],
        [1, 1, 1],
        [9, 4, 5],
        [10, 5, 7],
      ],
    );
    const traits = clusterProfiles(columns, new Int32Array([0, 0, 1, 1]), 2, { traits: 2 })[1]?.traits ?? [];
    expect(traits.map(({ feature }) => feature)).toEqual(['a', 'b']);
  });

  it('stays finite where a cluster does not vary, and is plain JSON', () => {
    const split = FeatureMatrix.fromRows(['vip'], [[1], [1], [0], [0]]);
    const [first] = clusterProfiles(split, new Int32Array([0, 0, 1, 1]), 2);
    expect(first?.features[0]?.effect).toBe(10);
    expect(JSON.parse(JSON.stringify(profiles))).toEqual(profiles);
  });

  it('refuses labels that do not belong', () => {
    const mismatch = expect.objectContaining({ code: 'engine_labels_mismatch' });
    expect(() => clusterProfiles(matrix, new Int32Array(2), 3)).toThrow(mismatch);
    expect(() => clusterProfiles(matrix, labels, 1)).toThrow(mismatch);
    expect(() =>
      clusterProfiles(
        matrix,
        labels.map((label) => label - 1),
        3,
      ),
    ).toThrow(mismatch);
    expect(() => clusterProfiles(matrix, labels, 0)).toThrow(
      expect.objectContaining({ code: 'engine_k_invalid' }),
    );
  });
});
