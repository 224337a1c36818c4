import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { foreignClassifier, foreignRegression } from '../testing/onnx-files.ts';
import { openOnnxModel } from './open.ts';

const matrix = FeatureMatrix.fromColumns(
  ['a', 'b'],
  [Float32Array.from({ length: 300 }, (_, i) => i % 7), Float32Array.from({ length: 300 }, (_, i) => i % 11)],
);
const manifest = {
  version: 1,
  name: 'theirs',
  features: [{ name: 'a' }, { name: 'b' }],
  input: 'X',
  output: 'y',
  meaning: 'amount',
  column: 'value',
};

describe('a model of somebody else’s in a page', () => {
  it.each(['cpu', 'webgpu'] as const)(
    'runs on %s',
    async (device) => {
      const model = await openOnnxModel(foreignRegression(['N', 1]), manifest, { device });
      try {
        expect(model.device).toBe(device);
        const { values } = await model.run(matrix);
        values.forEach((value, i) => {
          expect(value).toBeCloseTo(2 * (i % 7) + 3 * (i % 11), 4);
        });
      } finally {
        await model.close();
      }
    },
    60_000,
  );

  it('runs on the CPU what the build for WebGPU does not know', async () => {
    const churn = {
      ...manifest,
      output: 'probabilities',
      meaning: 'probability',
      classes: ['stays', 'leaves'],
      class: 'leaves',
    };
    const model = await openOnnxModel(foreignClassifier(), churn, { device: 'webgpu' });
    try {
      expect(model.device).toBe('cpu');
      const { values } = await model.run(matrix);
      expect(values[1]).toBeCloseTo(0.5, 5);
      expect(values[7]).toBeCloseTo(1 / (1 + Math.exp(7)), 5);
    } finally {
      await model.close();
    }
  }, 60_000);

  it('is refused when it is none', async () => {
    await expect(openOnnxModel(Uint8Array.of(1, 2, 3), manifest)).rejects.toMatchObject({
      code: 'engine_onnx_invalid',
    });
  });
});
