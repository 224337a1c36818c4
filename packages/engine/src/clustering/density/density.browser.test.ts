import { describe, expect, it } from 'vitest';
import { blobs } from '../../testing/data.ts';
import { describeSearch } from '../../testing/search-suite.ts';
import { adjustedRandIndex } from '../quality/agreement.ts';
import { dbscan } from './dbscan.ts';
import { hdbscan } from './hdbscan.ts';

describeSearch('relaxed');
describeSearch('simd');

describe('clustering by density in a page', () => {
  it('gives the same in workers and without', async () => {
    const { matrix, truth } = blobs({ rows: 2000, features: 4, groups: 3, seed: 3, apart: 10 });
    const alone = await hdbscan(matrix, { minClusterSize: 20, threads: 0 });
    expect(await adjustedRandIndex(alone.labels, truth)).toBeGreaterThan(0.9);
    expect(await hdbscan(matrix, { minClusterSize: 20, threads: 2 })).toEqual(alone);
    const connected = await dbscan(matrix, { eps: 0.5, minPoints: 5, threads: 0 });
    expect(await dbscan(matrix, { eps: 0.5, minPoints: 5, threads: 2 })).toEqual(connected);
  });
});
