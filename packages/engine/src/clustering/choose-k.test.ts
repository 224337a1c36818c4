import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling } from '../scaling.ts';
import { blobs, featureNames, normal } from '../testing/data.ts';
import { scaledRows } from '../testing/reference.ts';
import reference from '../testing/references/quality.json' with { type: 'json' };
import { type ChooseKOptions, type ChooseKProgress, chooseK } from './choose-k.ts';
import { gapOf, ReferenceSets } from './gap.ts';
import { kmeans } from './kmeans.ts';
import { calinskiHarabasz, daviesBouldin } from './quality/criteria.ts';
import { silhouette } from './quality/silhouette.ts';
import type { KMethod } from './recommend-k.ts';

const methods: KMethod[] = ['silhouette', 'davies-bouldin', 'calinski-harabasz', 'gap'];
const { matrix } = blobs({ rows: 400, features: 3, groups: 4, seed: 3, apart: 12 });

describe.each(methods)('chooseK by %s', (method) => {
  it('finds how many groups there are, and says why', async () => {
    const { k, reason, candidates, rows } = await chooseK(matrix, { method, to: 8, references: 5 });
    expect(k).toBe(4);
    expect(rows).toBe(400);
    expect(reason.key).toBe(
      {
        silhouette: 'clusters.k.silhouette-highest',
        'davies-bouldin': 'clusters.k.davies-bouldin-lowest',
        'calinski-harabasz': 'clusters.k.calinski-harabasz-highest',
        gap: 'clusters.k.gap-first',
      }[method],
    );
    expect(reason.structure).toBe('strong');
    const chosen = candidates.find((candidate) => candidate.k === k);
    expect(reason.value).toBe(
      {
        silhouette: chosen?.silhouette,
        'davies-bouldin': chosen?.daviesBouldin,
        'calinski-harabasz': chosen?.calinskiHarabasz,
        gap: chosen?.gap,
      }[method],
    );
    expect(reason.runnerUp?.k).not.toBe(k);
    expect(JSON.parse(JSON.stringify(candidates))).toEqual(candidates);
  });
});

describe('chooseK', () => {
  it('has every criterion of every k, as they are worked out alone', async () => {
    const { candidates } = await chooseK(matrix, { from: 3, to: 4, references: 0, scaling: 'robust' });
    expect(candidates.map(({ k }) => k)).toEqual([3, 4]);
    for (const { k, ...candidate } of candidates) {
      const { model, labels } = await kmeans(matrix, { k, initializations: 3, scaling: 'robust' });
      const { scaling } = model;
      expect(candidate).toEqual({
        inertia: model.inertia,
        smallest: Math.min(...model.sizes),
        silhouette: (await silhouette(matrix, labels, { scaling })).mean,
        silhouetteError: 0,
        daviesBouldin: await daviesBouldin(matrix, labels, { scaling }),
        calinskiHarabasz: await calinskiHarabasz(matrix, labels, { scaling }),
        gap: null,
        gapError: null,
      });
    }
  });

  it('can say by the gap that there is one cluster, of which nothing else speaks', async () => {
    const { matrix: one } = blobs({ rows: 300, features: 2, groups: 1, seed: 5 });
    const { k, candidates, reason } = await chooseK(one, { method: 'gap', to: 4 });
    expect(k).toBe(1);
    expect(reason).toMatchObject({ key: 'clusters.k.gap-first', structure: null });
    expect(candidates[0]).toMatchObject({ silhouette: null, daviesBouldin: null, calinskiHarabasz: null });
    expect(candidates[0]?.gapError).toBeGreaterThan(0);
  });

  it('admits that there is hardly a structure', async () => {
    const random = seededRandom(9);
    const flat = FeatureMatrix.fromRows(
      featureNames(5),
      Array.from({ length: 300 }, () => Array.from({ length: 5 }, () => normal(random))),
    );
    expect((await chooseK(flat, { to: 4, references: 0 })).reason.structure).toBe('none');
  });

  it('says so when the gap has no first', async () => {
    const { reason } = await chooseK(matrix, { method: 'gap', from: 2, to: 3, references: 3 });
    expect(reason.key).toBe('clusters.k.gap-open');
  });

  it('copes with fewer different rows than clusters: what is infinite is null', async () => {
    const few = FeatureMatrix.fromRows(
      ['a'],
      [...Array(12).keys()].map((i) => [i % 3]),
    );
    for (const method of ['silhouette', 'calinski-harabasz', 'davies-bouldin'] as const) {
      const { k, candidates } = await chooseK(few, { method, to: 5, references: 2 });
      expect(k).toBe(3);
      expect(candidates[1]).toMatchObject({
        k: 3,
        silhouette: 1,
        daviesBouldin: 0,
        calinskiHarabasz: null,
        gap: null,
      });
    }
  });

  it('tries it on a sample of many rows, and repeats for a seed', async () => {
    const options = { rows: 200, to: 5, references: 2, seed: 7 };
    const first = await chooseK(matrix, options);
    expect(first.rows).toBe(200);
    expect(await chooseK(matrix, options)).toEqual(first);
    const other = await chooseK(matrix, { ...options, seed: 8 });
    expect(other.candidates).not.toEqual(first.candidates);
  });

  it('reports every fit, and ends when it is told to', async () => {
    const seen: ChooseKProgress[] = [];
    await chooseK(matrix, { to: 4, references: 2, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ k }) => k)).toEqual([2, 3, 4, 2, 3, 4, 2, 3, 4]);
    expect(seen.at(-1)).toEqual({ k: 4, fits: 9, allFits: 9 });
    const controller = new AbortController();
    const stopped = chooseK(matrix, {
      signal: controller.signal,
      onProgress: ({ fits }) => fits === 12 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
    await expect(chooseK(matrix, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });

  it.each<[string, ChooseKOptions, string]>([
    ['one cluster without the gap', { from: 1 }, 'engine_option_invalid'],
    ['no cluster', { from: 0, method: 'gap' }, 'engine_option_invalid'],
    ['a range backwards', { from: 5, to: 4 }, 'engine_option_invalid'],
    ['the gap without references', { method: 'gap', references: 0 }, 'engine_option_invalid'],
    ['part of a reference', { references: 1.5 }, 'engine_option_invalid'],
    ['no starts', { initializations: 0 }, 'engine_option_invalid'],
    ['as many clusters as rows', { to: 400 }, 'engine_k_too_large'],
    ['as many clusters as rows of the sample', { to: 20, rows: 20 }, 'engine_k_too_large'],
    ['a seed that is no integer', { seed: 1.5 }, 'engine_option_invalid'],
  ])('refuses %s', async (_, options, code) => {
    await expect(chooseK(matrix, options)).rejects.toMatchObject({ code });
  });

  it.each<[string, number, string]>([
    ['constant', 5, 'engine_matrix_constant'],
    ['unknown', Number.NaN, 'engine_matrix_constant'],
  ])('refuses a matrix that is all %s', async (_, value, code) => {
    const same = FeatureMatrix.fromRows(['a'], new Array(30).fill([value]));
    await expect(chooseK(same)).rejects.toMatchObject({ code });
  });
});

describe('the gap', () => {
  it('is the mean logarithm of the references less that of the data, with its error', () => {
    const found = gapOf(Math.exp(2), [Math.exp(3), Math.exp(5)]);
    expect(found?.gap).toBeCloseTo(2, 12);
    // Deviation 1 (over 2, not 1), times √(1 + 1/2).
    expect(found?.standardError).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(gapOf(0, [1])).toBeNull();
    expect(gapOf(1, [])).toBeNull();
  });

  it('is that of NumPy and scikit-learn, as far as chance lets it', async () => {
    const { rows, gaps, sets } = reference.gap;
    const of = FeatureMatrix.fromRows(['a', 'b'], rows);
    const options = { method: 'gap', to: 5, references: 20, initializations: 5, scaling: 'none' } as const;
    const { candidates } = await chooseK(of, options);
    candidates.forEach(({ gap, gapError }, i) => {
      const { gap: expected = 0, deviation = 0 } = gaps[i] ?? {};
      // Four standard errors of a difference of two means.
      const slack = 4 * deviation * Math.sqrt(1 / 20 + 1 / sets);
      expect(Math.abs((gap ?? Number.NaN) - expected)).toBeLessThan(slack);
      expect((gapError ?? 0) / (deviation * Math.sqrt(1 + 1 / 20))).toBeGreaterThan(0.5);
      expect((gapError ?? 0) / (deviation * Math.sqrt(1 + 1 / 20))).toBeLessThan(1.8);
    });
  });

  it('has references that fill the box around the data, along their principal axes', async () => {
    // A long thin cloud on the diagonal: a box along the columns would be a square.
    const random = seededRandom(2);
    const rows = Array.from({ length: 500 }, () => {
      const along = normal(random) * 10;
      const across = normal(random) * 0.1;
      return [along + across, along - across];
    });
    const cloud = FeatureMatrix.fromRows(['a', 'b'], rows);
    const scaling = fitScaling(cloud, { scaling: 'none' });
    const sets = await ReferenceSets.around(cloud, scaling, async () => undefined);
    const drawn = await sets.draw(seededRandom(1), async () => undefined);
    const scaled = scaledRows(cloud, scaling);
    for (const axis of [
      [1, 1],
      [1, -1],
    ]) {
      const place = (row: ArrayLike<number>): number =>
        (row[0] ?? 0) * (axis[0] ?? 0) + (row[1] ?? 0) * (axis[1] ?? 0);
      const places = scaled.map(place);
      const [from, to] = [Math.min(...places), Math.max(...places)];
      const references = Array.from({ length: drawn.rowCount }, (_, i) => place(drawn.row(i)));
      // The axes are those of the sample, close to the diagonals.
      const slack = (to - from) * 0.1;
      for (const reference of references) {
        expect(reference).toBeGreaterThan(from - slack);
        expect(reference).toBeLessThan(to + slack);
      }
      const mean = references.reduce((sum, value) => sum + value, 0) / references.length;
      const deviation = Math.sqrt(
        references.reduce((sum, value) => sum + (value - mean) ** 2, 0) / references.length,
      );
      // Uniform.
      expect(deviation / (to - from)).toBeCloseTo(Math.sqrt(1 / 12), 1);
      expect(mean).toBeCloseTo((from + to) / 2, -1);
    }
  });
});
