import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import type { BoostedTreesModel } from '../scoring/boosted-trees.ts';
import { fitLabel } from '../scoring/fit-label.ts';
import type { FitLabelOptions } from '../scoring/label-options.ts';
import { predictLabel } from '../scoring/predict-label.ts';
import { labelledPlayers } from '../testing/labelled-players.ts';
import { exportOnnx } from './export.ts';

const { matrix, labels } = labelledPlayers(3000);

async function probabilities(bytes: Uint8Array, rows: FeatureMatrix): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  try {
    const values = new Float32Array(rows.rowCount * rows.columnCount);
    for (let i = 0; i < rows.rowCount; i++) values.set(rows.row(i), i * rows.columnCount);
    const features = new ort.Tensor('float32', values, [rows.rowCount, rows.columnCount]);
    const { probability } = await session.run({ features });
    if (!(probability?.data instanceof Float32Array)) throw new Error('no probability');
    expect(probability.dims).toEqual([rows.rowCount]);
    return probability.data;
  } finally {
    await session.release();
  }
}

function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

describe('an exported label model in ONNX Runtime', () => {
  it.each<[FitLabelOptions, number]>([
    [{ method: 'logistic', calibration: 'none', logistic: { transform: { a: 'log1p' } } }, 1e-5],
    [{ method: 'logistic', calibration: 'platt', logistic: { scaling: 'robust' } }, 1e-5],
    [{ method: 'logistic', calibration: 'isotonic' }, 1e-4],
    [{ method: 'boosted-trees', calibration: 'none' }, 1e-5],
    [{ method: 'boosted-trees', calibration: 'platt', trees: { rowSample: 0.5, columnSample: 0.5 } }, 1e-5],
    [{ method: 'boosted-trees', calibration: 'isotonic' }, 1e-4],
  ])('gives the probabilities of predictLabel with %j', async (options, tolerance) => {
    const { model } = await fitLabel(matrix, labels, { ...options, permutations: 0 });
    const ours = await predictLabel(model, matrix);
    const theirs = await probabilities(exportOnnx(model), matrix);
    expect(farthest(theirs, ours)).toBeLessThan(tolerance);
    expect(new Set(theirs).size).toBeGreaterThan(100);
  });

  const tree = {
    feature: [0, 1, -1, -1, -1],
    value: [0.5, 2 ** 127, 1, 2, 3],
    right: [4, 3, 0, 0, 0],
    missingLeft: [1, 0, 0, 0, 0] as const,
    cover: [10, 5, 4, 1, 5],
  };
  const model: BoostedTreesModel = {
    algorithm: 'boosted-trees',
    version: 1,
    features: ['x', 'y'],
    base: -2,
    trees: [tree],
    calibration: { method: 'none' },
    seed: 1,
  };
  const edges = FeatureMatrix.fromRows(
    ['x', 'y'],
    [
      [0.5, 0],
      [0.49999997, 0],
      [Number.NaN, 1.7e38],
      [-1, Number.NaN],
      [Number.NaN, Number.NaN],
    ],
  );

  it('sends a value on the threshold and a missing one to the same side', async () => {
    const expected = Float32Array.of(1, -1, -1, 0, 0).map((margin) => 1 / (1 + Math.exp(-margin)));
    expect(farthest(await predictLabel(model, edges), expected)).toBeLessThan(1e-7);
    expect(farthest(await probabilities(exportOnnx(model), edges), expected)).toBeLessThan(1e-6);
  });

  it('runs without a tree', async () => {
    const bytes = exportOnnx({ ...model, trees: [] });
    const expected = new Float32Array(5).fill(1 / (1 + Math.exp(2)));
    expect(farthest(await probabilities(bytes, edges), expected)).toBeLessThan(1e-6);
  });
});
