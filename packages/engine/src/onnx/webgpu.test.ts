import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { fitBgNbd } from '../scoring/bg-nbd.ts';
import { blobs } from '../testing/data.ts';
import { findTestAdapter } from '../testing/gpu.ts';
import { foreignClassifier, foreignRegression } from '../testing/onnx-files.ts';
import { simulatePlayers } from '../testing/purchases.ts';
import { exportOnnx } from './export.ts';
import { openOnnxModel } from './open.ts';
import { runOnnx } from './run.ts';

const missing = await findTestAdapter();

describe.skipIf(missing !== undefined)(
  `ONNX Runtime on WebGPU${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('gives what it gives on the CPU, for models of ours', async () => {
      const { matrix } = blobs({ rows: 500, features: 4, groups: 3, seed: 8, missing: 0.02 });
      const clusters = exportOnnx((await kmeans(matrix, { k: 3 })).model);
      const gpu = await runOnnx(clusters, matrix, { device: 'webgpu' });
      expect(gpu.labels).toEqual((await runOnnx(clusters, matrix)).labels);
      expect(new Set(gpu.labels).size).toBe(3);

      // In float64, which no graphics device has: the CPU does these.
      const players = simulatePlayers({ players: 100, seed: 2, bgNbd: { r: 0.6, alpha: 5, a: 0.9, b: 2.4 } });
      const purchases = exportOnnx((await fitBgNbd(players, { horizon: 26 })).model);
      const expected = (await runOnnx(purchases, players)).outputs.get('expected_purchases');
      const found = (await runOnnx(purchases, players, { device: 'webgpu' })).outputs.get(
        'expected_purchases',
      );
      expect(found).toEqual(expected);
    }, 30_000);

    const manifest = {
      version: 1,
      name: 'theirs',
      features: [{ name: 'feature_0' }, { name: 'feature_1' }],
      input: 'X',
      output: 'y',
      meaning: 'amount',
      column: 'value',
    };
    const { matrix: pairs } = blobs({ rows: 4500, features: 2, groups: 2, seed: 9 });

    it('gives what it gives on the CPU, for models of others, side by side', async () => {
      const [cpu, one, two] = await Promise.all(
        (['cpu', 'webgpu', 'webgpu'] as const).map(async (device) => {
          const model = await openOnnxModel(foreignRegression(['N', 1]), manifest, { device });
          try {
            expect(model.device).toBe(device);
            return (await model.run(pairs)).values;
          } finally {
            await model.close();
          }
        }),
      );
      expect(two).toEqual(one);
      const far = cpu?.filter((value, i) => !(Math.abs(value - (one?.[i] ?? Number.NaN)) < 1e-4));
      expect(far).toHaveLength(0);
    }, 30_000);

    it('runs on the CPU what it has no operators for, and says so', async () => {
      const churn = { ...manifest, output: 'probabilities', classes: ['stays', 'leaves'], class: 'leaves' };
      const model = await openOnnxModel(foreignClassifier(), churn, { device: 'webgpu' });
      try {
        expect(model.device).toBe('cpu');
        expect((await model.run(pairs)).values).toHaveLength(4500);
      } finally {
        await model.close();
      }
    });
  },
);
