import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling } from '../scaling.ts';
import { feedStarved } from './starved.ts';

const batch = FeatureMatrix.fromRows(['a'], [[10], [20], [30], [40]]);
const scaling = { ...fitScaling(batch), center: [0], factor: [1] };

describe('feedStarved', () => {
  it('starts the starved again from different rows, none at distance 0, as heavy as the lightest of the others', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const centroids = Float64Array.of(1, 2, 3, 4);
      const weights = Float64Array.of(1000, 0, 0.5, 400);
      const distances = Float32Array.of(0, 5, 5, 0);
      expect(feedStarved(centroids, weights, batch, scaling, distances, 0.001, seededRandom(seed))).toBe(
        true,
      );
      expect([...weights]).toEqual([1000, 400, 400, 400]);
      expect([centroids[0], centroids[3]]).toEqual([1, 4]);
      expect([...centroids.subarray(1, 3)].sort()).toEqual([20, 30]);
    }
  });

  it('draws far rows more often', () => {
    let far = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const centroids = Float64Array.of(1, 2);
      const distances = Float32Array.of(1, 0, 0, 2);
      feedStarved(centroids, Float64Array.of(9, 0), batch, scaling, distances, 0.1, seededRandom(seed));
      if (centroids[1] === 40) far++;
    }
    // 4 of 5, by the squares.
    expect(Math.abs(far - 400)).toBeLessThan(45);
  });

  it('leaves everything where nobody starves, or every row lies on its centroid', () => {
    const centroids = Float64Array.of(1, 2);
    const still = Float32Array.of(0, 0, 0, 0);
    expect(
      feedStarved(centroids, Float64Array.of(9, 5), batch, scaling, still.fill(1), 0.1, seededRandom(1)),
    ).toBe(false);
    expect(
      feedStarved(centroids, Float64Array.of(9, 0), batch, scaling, still.fill(0), 0.1, seededRandom(1)),
    ).toBe(false);
    expect([...centroids]).toEqual([1, 2]);
  });
});
