import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { FeatureMatrix } from '../matrix.ts';
import { applyModel } from '../models/apply.ts';
import { seededRandom } from '../random.ts';
import { blobs, normal } from '../testing/data.ts';
import references from '../testing/references/drift.json' with { type: 'json' };
import { type DriftBaseline, driftBaseline, parseDriftBaseline } from './baseline.ts';
import { floatBelow, quantileEdges } from './bins.ts';
import { drift } from './drift.ts';

function matrixOf(values: Iterable<number | null>): FeatureMatrix {
  return FeatureMatrix.fromColumns(['a'], [Float32Array.from(values, (value) => value ?? Number.NaN)]);
}

async function psiOf(before: FeatureMatrix, after: FeatureMatrix): Promise<number> {
  const { features } = await drift(await driftBaseline(before), after);
  return features[0]?.psi ?? Number.NaN;
}

describe.each(references.psi)('the stability of $name', ({ before, after, psi }) => {
  it('is that of NumPy', async () => {
    expect(await psiOf(matrixOf(before), matrixOf(after))).toBeCloseTo(psi, 9);
  });
});

describe('drift', () => {
  const random = seededRandom(5);
  const sample = (rows: number, shift = 0): FeatureMatrix =>
    matrixOf(Float32Array.from({ length: rows }, () => normal(random) + shift));

  it('tells stable, moderate and major', async () => {
    const baseline = await driftBaseline(sample(5000));
    const levels = await Promise.all(
      [0, 0.4, 1.5].map(async (shift) => (await drift(baseline, sample(5000, shift))).level),
    );
    expect(levels).toEqual(['stable', 'moderate', 'major']);
  });

  it('does not cry over what chance does to few rows', async () => {
    const baseline = await driftBaseline(sample(5000));
    let beyond = 0;
    let alarms = 0;
    let overThreshold = 0;
    for (let run = 0; run < 400; run++) {
      const [feature] = (await drift(baseline, sample(60))).features;
      if ((feature?.psi ?? 0) > (feature?.chance ?? 0)) beyond++;
      if (feature?.level !== 'stable') alarms++;
      if ((feature?.psi ?? 0) >= 0.1) overThreshold++;
    }
    // 5 of 100; between 2 and 9 with room for the approximation.
    expect(beyond / 400).toBeGreaterThan(0.02);
    expect(beyond / 400).toBeLessThan(0.09);
    expect(alarms).toBe(beyond);
    expect(overThreshold / 400).toBeGreaterThan(0.5);
    expect((await drift(baseline, sample(60, 3))).level).toBe('major');
  });

  it('has missing values in a bin of their own', async () => {
    const before = matrixOf(Array.from({ length: 1000 }, (_, i) => i));
    const after = matrixOf(Array.from({ length: 1000 }, (_, i) => (i % 2 ? i : null)));
    const [feature] = (await drift(await driftBaseline(before), after)).features;
    expect(feature).toMatchObject({ level: 'major', missingBefore: 0, missingAfter: 0.5 });
  });

  it('sees what moves off a value that most rows have, to either side', async () => {
    for (const value of [0, 7, -3]) {
      const before = matrixOf(new Array(500).fill(value));
      for (const moved of [value - 1, value + 1]) {
        const { level } = await drift(await driftBaseline(before), matrixOf(new Array(500).fill(moved)));
        expect(level).toBe('major');
      }
      expect(await psiOf(before, matrixOf(new Array(90).fill(value)))).toBe(0);
    }
    const mostly = matrixOf(Array.from({ length: 500 }, (_, i) => (i < 400 ? 0 : i)));
    const negative = matrixOf(Array.from({ length: 500 }, (_, i) => (i < 400 ? -2 : i)));
    expect((await drift(await driftBaseline(mostly), negative)).level).toBe('major');
  });

  it('compares what a model says: scores by quantiles, labels each for itself', async () => {
    const { matrix } = blobs({ rows: 900, features: 3, groups: 3, seed: 2 });
    const { model } = await kmeans(matrix, { k: 3 });
    const outputs = await applyModel(model, matrix);
    const baseline = await driftBaseline(matrix, { outputs });
    expect(await drift(baseline, matrix, { outputs })).toMatchObject({
      level: 'stable',
      outputs: [
        { name: 'cluster', kind: 'label', psi: 0 },
        { name: 'distance', kind: 'number', psi: 0 },
      ],
    });
    const cluster = new Int32Array(900).fill(8);
    const distance = new Float32Array(900).fill(1e6);
    const moved = await drift(baseline, matrix, {
      outputs: [
        { name: 'distance', values: distance },
        { name: 'cluster', values: cluster },
      ],
    });
    expect(moved.level).toBe('major');
    expect(moved.features.every(({ level }) => level === 'stable')).toBe(true);
    expect(moved.outputs.map(({ level }) => level)).toEqual(['major', 'major']);
    expect(moved.outputs[0]?.bins.map(({ label, after }) => [label, after])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [8, 1],
    ]);
    expect((await drift(baseline, matrix)).outputs).toEqual([]);
  });

  it('finds columns by name, in whatever order and company', async () => {
    const { matrix } = blobs({ rows: 300, features: 3, groups: 1, seed: 2 });
    const baseline = await driftBaseline(matrix.select(['feature_2', 'feature_0']));
    const { features } = await drift(baseline, matrix);
    expect(features.map(({ name, psi }) => [name, psi])).toEqual([
      ['feature_2', 0],
      ['feature_0', 0],
    ]);
  });

  it('refuses what cannot be compared', async () => {
    const matrix = matrixOf([1, 2, 3]);
    const values = Int32Array.of(0, 0, 1);
    const baseline = await driftBaseline(matrix, { outputs: [{ name: 'cluster', values }] });
    const refused = async (work: Promise<unknown>, code: string): Promise<void> =>
      expect(work).rejects.toMatchObject({ code });
    await refused(driftBaseline(matrixOf([])), 'engine_matrix_empty');
    await refused(drift(baseline, matrixOf([])), 'engine_matrix_empty');
    await refused(drift(baseline, FeatureMatrix.fromRows(['b'], [[1]])), 'engine_feature_missing');
    await refused(drift(baseline, matrix, { outputs: [] }), 'engine_feature_missing');
    const scores = { name: 'cluster', values: new Float32Array(3) };
    await refused(drift(baseline, matrix, { outputs: [scores] }), 'engine_option_invalid');
    const short = { name: 'cluster', values: new Int32Array(2) };
    await refused(drift(baseline, matrix, { outputs: [short] }), 'engine_matrix_shape');
    await refused(driftBaseline(matrix, { outputs: [short] }), 'engine_matrix_shape');
    await refused(driftBaseline(matrix, { bins: 1 }), 'engine_option_invalid');
    await refused(driftBaseline(matrix, { signal: AbortSignal.abort() }), 'engine_aborted');
    await refused(drift(baseline, matrix, { signal: AbortSignal.abort() }), 'engine_aborted');
  });
});

describe('the laws of drift', () => {
  const values = fc.array(fc.option(fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 60 });

  it('the same rows, in whatever order and however often, have not moved', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (rows) => {
        expect(await psiOf(matrixOf(rows), matrixOf(rows))).toBe(0);
        expect(await psiOf(matrixOf(rows), matrixOf([...rows].reverse()))).toBe(0);
        expect(await psiOf(matrixOf(rows), matrixOf([...rows, ...rows]))).toBeCloseTo(0, 9);
      }),
    );
  });

  it('is not negative, and its shares come to 1', async () => {
    await fc.assert(
      fc.asyncProperty(values, values, fc.integer({ min: 2, max: 20 }), async (before, after, bins) => {
        const baseline = await driftBaseline(matrixOf(before), { bins });
        const [feature] = (await drift(baseline, matrixOf(after))).features;
        expect(feature?.psi).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(feature?.psi)).toBe(true);
        const sum = (of: 'before' | 'after', missing = 0): number =>
          (feature?.bins ?? []).reduce((total, bin) => total + bin[of], missing);
        expect(sum('before', feature?.missingBefore)).toBeCloseTo(1, 9);
        expect(sum('after', feature?.missingAfter)).toBeCloseTo(1, 9);
        expect(parseDriftBaseline(JSON.parse(JSON.stringify(baseline)))).toEqual(baseline);
      }),
    );
  });

  it('every bin but those of a value on its own holds about as many rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.integer(), async (bins, seed) => {
        const random = seededRandom(seed);
        const column = Float32Array.from({ length: 600 }, () => normal(random));
        const edges = await quantileEdges(column, bins, async () => undefined);
        expect(edges).toHaveLength(bins - 1);
        edges.forEach((edge, b) => {
          const below = column.filter((value) => value <= edge).length;
          expect(Math.abs(below - ((b + 1) * 600) / bins)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('the float below is the next one', () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 100), max: 2 ** 100 }),
        (value) => {
          const below = floatBelow(value);
          expect(below).toBeLessThan(value);
          // Nothing fits between: what lies halfway is rounded to one of them.
          expect([value + 0, below + 0]).toContain(Math.fround((value + below) / 2) + 0);
        },
      ),
    );
  });
});

describe('a baseline from outside', () => {
  const baseline: DriftBaseline = {
    version: 1,
    rows: 4,
    features: [{ name: 'a', kind: 'number', edges: [1, 2], counts: [1, 1, 1], missing: 1 }],
    outputs: [{ name: 'cluster', kind: 'label', labels: [-1, 0], counts: [1, 3] }],
  };

  it('is kept, and nothing else', () => {
    expect(parseDriftBaseline({ ...baseline, extra: 1 })).toEqual(baseline);
  });

  const feature = (changed: object): object => ({ features: [{ ...baseline.features[0], ...changed }] });
  const output = (changed: object): object => ({ outputs: [{ ...baseline.outputs[0], ...changed }] });

  it.each<[string, object]>([
    ['baseline/version', { version: 2 }],
    ['baseline/rows', { rows: 0 }],
    ['baseline/features', { features: null }],
    ['baseline/features/0/name', feature({ name: '' })],
    ['baseline/features/0/kind', feature({ kind: 'text' })],
    ['baseline/features/0/kind', { features: baseline.outputs }],
    ['baseline/features/0/edges/1', feature({ edges: [2, 2] })],
    ['baseline/features/0/edges/0', feature({ edges: [0.1, 2] })],
    ['baseline/features/0/counts', feature({ counts: [1, 2] })],
    ['baseline/features/0/counts', feature({ counts: [1, 1, 2] })],
    ['baseline/features/0/missing', feature({ missing: -1 })],
    ['baseline/outputs/0/labels/1', output({ labels: [0, 0] })],
    ['baseline/outputs/0/counts/0', output({ counts: [0.5, 3.5] })],
  ])('is refused with its path when %s is wrong', (path, changed) => {
    expect(() => parseDriftBaseline({ ...baseline, ...changed })).toThrow(
      expect.objectContaining({ code: 'engine_model_invalid', details: { path } }),
    );
  });
});
