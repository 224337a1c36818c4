import { describe, expect, it } from 'vitest';
import { dbscan } from '../clustering/density/dbscan.ts';
import { hdbscan } from '../clustering/density/hdbscan.ts';
import { FeatureMatrix } from '../matrix.ts';
import { applyModel } from '../models/apply.ts';
import type { Model } from '../models/model.ts';
import type { ScalingOptions } from '../scaling.ts';
import { blobs } from '../testing/data.ts';
import { exportOnnx } from './export.ts';
import { runOnnx } from './run.ts';

const train = blobs({ rows: 900, features: 5, groups: 4, seed: 21, apart: 5, missing: 0.02 }).matrix;
const fresh = blobs({ rows: 1501, features: 5, groups: 4, seed: 21, apart: 4, missing: 0.02 }).matrix;

async function compare(model: Model): Promise<Int32Array> {
  const { outputs } = await runOnnx(exportOnnx(model), fresh);
  const expected = await applyModel(model, fresh);
  expect([...outputs.keys()].sort()).toEqual(expected.map(({ name }) => name).sort());
  for (const { name, values } of expected) {
    const theirs = outputs.get(name);
    if (values instanceof Int32Array) expect(theirs).toEqual(values);
    else {
      values.forEach((value, i) => {
        const other = theirs?.[i] ?? Number.NaN;
        if (other !== value) expect(Math.abs(other - value)).toBeLessThan(1e-5 * Math.max(1, value));
      });
    }
  }
  const cluster = outputs.get('cluster');
  if (!(cluster instanceof Int32Array)) throw new Error('no clusters');
  return cluster;
}

const scalings: ScalingOptions[] = [
  { scaling: 'standard' },
  { scaling: 'robust', transform: 'log1p' },
  { scaling: 'none', transform: { feature_1: 'log1p' } },
];

describe('an exported clustering by density in ONNX Runtime', () => {
  it.each(scalings)('is that of DBSCAN with %j', async (scaling) => {
    const eps = scaling.scaling === 'none' ? 2 : 0.5;
    const { model } = await dbscan(train, { ...scaling, eps, minPoints: 5 });
    expect(new Set(await compare(model)).size).toBeGreaterThan(2);
  });

  it.each(scalings)('is that of HDBSCAN with %j', async (scaling) => {
    const { model } = await hdbscan(train, { ...scaling, minClusterSize: 20, minSamples: 5 });
    expect(model.neighbours).toBe(4);
    expect(new Set(await compare(model)).size).toBeGreaterThan(2);
  });

  it('is that where not every row is kept, or counts', async () => {
    const { matrix } = blobs({ rows: 5000, features: 5, groups: 4, seed: 21, apart: 5 });
    const { model } = await hdbscan(matrix, { minClusterSize: 40, minSamples: 2 });
    expect(model.members.clusters.length).toBeLessThanOrEqual(2048);
    expect(new Set(await compare(model)).size).toBeGreaterThan(2);
  });

  it('gives all rows up as noise without clusters', async () => {
    for (const { model } of [
      await dbscan(train, { eps: 1e-3, minPoints: 5 }),
      await hdbscan(train, { minClusterSize: 800 }),
    ]) {
      expect(model.clusters).toEqual([]);
      expect(new Set(await compare(model))).toEqual(new Set([-1]));
    }
  });

  it('takes one feature and one row', async () => {
    const one = FeatureMatrix.fromRows(['a'], [[1], [1.1], [1.2], [9]]);
    const { model } = await dbscan(one, { eps: 0.2, minPoints: 2, scaling: 'none' });
    const { outputs } = await runOnnx(exportOnnx(model), FeatureMatrix.fromRows(['a'], [[1.25]]));
    expect(Array.from(outputs.get('cluster') ?? [])).toEqual([0]);
  });
});
