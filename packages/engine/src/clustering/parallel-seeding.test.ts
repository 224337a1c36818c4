import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { blobs, samePartition } from '../testing/data.ts';
import { type KMeansProgress, kmeans } from './kmeans.ts';

const init = 'k-means||';
const { matrix, truth } = blobs({ rows: 9001, features: 5, groups: 12, seed: 31, apart: 20 });

describe('a start by k-means‖', () => {
  it('finds groups that are apart, most of them before any iteration', async () => {
    const seeded: number[] = [];
    const onProgress = ({ phase, iteration }: KMeansProgress): unknown =>
      phase === 'seed' && seeded.push(iteration);
    const { model, labels } = await kmeans(matrix, { k: 12, init, seed: 4, onProgress });
    expect(samePartition(labels, truth)).toBe(true);
    expect(model.iterations).toBeLessThanOrEqual(3);
    // One row, then 2k more in each round.
    expect(seeded).toEqual([1, 25, 49, 73, 97]);
  });

  it('repeats for a seed, whatever the number of threads', async () => {
    const alone = await kmeans(matrix, { k: 7, init, seed: 9, threads: 0 });
    expect(await kmeans(matrix, { k: 7, init, seed: 9, threads: 3 })).toEqual(alone);
    expect((await kmeans(matrix, { k: 7, init, seed: 10, threads: 0 })).model).not.toEqual(alone.model);
  });

  it('starts anew for each of several starts, and keeps the best', async () => {
    const several = await kmeans(matrix, { k: 9, init, seed: 2, initializations: 4 });
    const one = await kmeans(matrix, { k: 9, init, seed: 2 });
    expect(several.model.inertia).toBeLessThanOrEqual(one.model.inertia);
  });

  it('takes equal rows, and as many clusters as rows', async () => {
    const equal = FeatureMatrix.fromColumns(['a'], [new Float32Array(50).fill(3)]);
    expect((await kmeans(equal, { k: 4, init })).model.inertia).toBe(0);
    const few = FeatureMatrix.fromColumns(['a'], [Float32Array.of(1, 5, 9)]);
    expect(new Set((await kmeans(few, { k: 3, init })).labels).size).toBe(3);
  });
});
