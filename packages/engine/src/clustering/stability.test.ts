import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { blobs } from '../testing/data.ts';
import { kmeans } from './kmeans.ts';
import { type StabilityFit, stability } from './stability.ts';

const { matrix, truth } = blobs({ rows: 300, features: 3, groups: 3, seed: 5 });

function byKMeans(k: number): StabilityFit {
  return (rows, seed) => kmeans(rows, { k, seed, initializations: 3 });
}

describe.each(['bootstrap', 'subsample'] as const)('stability by %s', (method) => {
  it('is high for groups that are there', async () => {
    const { clusters, runs } = await stability(matrix, byKMeans(3), { method, runs: 20 });
    expect(runs).toBe(20);
    expect(clusters.map(({ size }) => size)).toEqual([100, 100, 100]);
    for (const { jaccard, level, recovered, dissolved } of clusters) {
      expect(jaccard).toBeGreaterThan(0.98);
      expect({ level, recovered, dissolved }).toEqual({ level: 'high', recovered: 1, dissolved: 0 });
    }
  });

  it('is low where a round group is cut by chance', async () => {
    const { matrix: one } = blobs({ rows: 300, features: 8, groups: 1, seed: 5 });
    const { clusters } = await stability(one, byKMeans(3), { method, runs: 20 });
    expect(clusters.map(({ level }) => level)).toEqual(['untrusted', 'untrusted', 'untrusted']);
  });

  it('repeats for a seed', async () => {
    const options = { method, runs: 5, seed: 3 };
    const first = await stability(matrix, byKMeans(5), options);
    expect(await stability(matrix, byKMeans(5), options)).toEqual(first);
    expect(await stability(matrix, byKMeans(5), { ...options, seed: 4 })).not.toEqual(first);
  });
});

describe('stability', () => {
  it('is the similarity worked out by hand', async () => {
    const rows = FeatureMatrix.fromRows(
      ['row'],
      [...Array(8).keys()].map((i) => [i]),
    );
    const labels = Int32Array.of(0, 0, 0, 0, 5, 5, -1, -1);
    // Always found: rows 0 to 2 with one that was noise, row 3 with the other, rows 4 and 5 not at all.
    const found = [9, 9, 9, 4, -1, -1, 9, 4];
    const fit: StabilityFit = async (drawn) => ({
      labels: Int32Array.from(drawn.column(0), (row) => found[row] ?? -1),
    });
    const { clusters } = await stability(rows, fit, { labels, runs: 1, method: 'subsample', share: 0.999 });
    expect(clusters).toMatchObject([
      // 3 rows in both, 5 in either.
      { cluster: 0, size: 4, standardError: 0, recovered: 0, dissolved: 0, level: 'pattern' },
      { cluster: 5, size: 2, jaccard: 0, standardError: 0, recovered: 0, dissolved: 1, level: 'untrusted' },
    ]);
    expect(clusters[0]?.jaccard).toBeCloseTo(0.6, 12);
  });

  it('counts a row once, however often it was drawn', async () => {
    const rows = FeatureMatrix.fromRows(['row'], [[0], [1], [2], [3]]);
    const expected: number[] = [];
    const fit: StabilityFit = async (drawn) => {
      const different = new Set(drawn.column(0));
      const apart = different.has(0) ? 1 : 0;
      expected.push(Math.max(apart, different.size - apart) / different.size);
      return { labels: Int32Array.from(drawn.column(0), (row) => (row === 0 ? 1 : 2)) };
    };
    const { clusters } = await stability(rows, fit, { labels: new Int32Array(4), runs: 40 });
    expect(clusters[0]?.jaccard).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0) / 40, 12);
  });

  it('of a fit that always says the same of a row is 1', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom('bootstrap', 'subsample'),
        fc.integer(),
        async (of, method, seed) => {
          const rows = FeatureMatrix.fromRows(
            ['row'],
            of.map((_, i) => [i]),
          );
          const fit: StabilityFit = async (drawn) => ({
            labels: Int32Array.from(drawn.column(0), (row) => of[row] ?? -1),
          });
          const { clusters } = await stability(rows, fit, { runs: 30, method, seed });
          expect(clusters.map(({ cluster }) => cluster)).toEqual(
            [...new Set(of)].filter((label) => label >= 0).sort((a, b) => a - b),
          );
          // 30 halves of the rows miss a single one once in a thousand million.
          for (const { jaccard } of clusters) expect([0, 1]).toContain(jaccard);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lies between 0 and 1 whatever is found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 5 }), async (seed, spread) => {
        const fit: StabilityFit = async (drawn, fitSeed) => ({
          labels: Int32Array.from({ length: drawn.rowCount }, (_, i) => ((i * fitSeed) % (spread + 1)) - 1),
        });
        const { clusters } = await stability(matrix, fit, { runs: 4, seed, labels: truth });
        for (const { jaccard, recovered, dissolved } of clusters) {
          for (const value of [jaccard, recovered, dissolved, recovered + dissolved]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('reports each run, and ends when it is told to', async () => {
    const seen: number[] = [];
    await stability(matrix, byKMeans(3), { runs: 3, onProgress: ({ run }) => seen.push(run) });
    expect(seen).toEqual([1, 2, 3]);
    const controller = new AbortController();
    const stopped = stability(matrix, byKMeans(3), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
  });

  it.each([
    [{ runs: 0 }, 'engine_option_invalid'],
    [{ share: 0 }, 'engine_option_invalid'],
    [{ share: 1 }, 'engine_option_invalid'],
    [{ seed: 0.5 }, 'engine_option_invalid'],
    [{ labels: new Int32Array(2) }, 'engine_labels_mismatch'],
    [{ labels: new Int32Array(300).fill(-2) }, 'engine_labels_mismatch'],
    [{ signal: AbortSignal.abort() }, 'engine_aborted'],
  ])('refuses %j', async (options, code) => {
    await expect(stability(matrix, byKMeans(3), options)).rejects.toMatchObject({ code });
  });

  it('refuses a fit that labels other rows, passes on what a fit throws, and needs rows', async () => {
    const short: StabilityFit = async () => ({ labels: new Int32Array(1) });
    await expect(stability(matrix, short, { labels: truth })).rejects.toMatchObject({
      code: 'engine_labels_mismatch',
    });
    await expect(stability(matrix, byKMeans(301))).rejects.toMatchObject({ code: 'engine_k_too_large' });
    const none = FeatureMatrix.fromRows(['a'], []);
    await expect(stability(none, byKMeans(1))).rejects.toMatchObject({ code: 'engine_matrix_empty' });
  });
});
