import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { applyModel } from '../models/apply.ts';
import { deserializeModel, serializeModel } from '../models/model.ts';
import { modelOutputs } from '../models/outputs.ts';
import { floatInput, foreignClassifier, foreignOnnx, foreignRegression } from '../testing/onnx-files.ts';
import { exportOnnx } from './export.ts';
import { describeOnnx } from './file.ts';
import { onnxModel } from './onnx-model.ts';
import { openOnnxModel } from './open.ts';

const matrix = FeatureMatrix.fromRows(
  ['other', 'b', 'a'],
  Array.from({ length: 5000 }, (_, i) => [-1, (i % 7) - 3, (i % 11) - 5]),
);
const [a, b] = [matrix.column(2), matrix.column(1)];
const features = [
  { name: 'a', version: 2 },
  { name: 'b', version: null },
];
const amount = {
  version: 1,
  name: 'theirs',
  features,
  input: 'X',
  output: 'y',
  meaning: 'amount',
  column: 'ltv',
};
const churn = {
  ...amount,
  output: 'probabilities',
  meaning: 'probability',
  column: 'churn',
  classes: ['stays', 'leaves'],
  class: 'leaves',
};

async function run(bytes: Uint8Array, manifest: object, options = {}) {
  const model = await openOnnxModel(bytes, manifest, options);
  try {
    return await model.run(matrix);
  } finally {
    await model.close();
  }
}

const regression = (values: ArrayLike<number>) => {
  expect(values.length).toBe(5000);
  for (let i = 0; i < values.length; i++) expect(values[i]).toBeCloseTo(2 * (a[i] ?? 0) + 3 * (b[i] ?? 0), 4);
};

describe('a model of somebody else’s', () => {
  it.each([
    ['[N, 1]', foreignRegression(['N', 1])],
    ['[N]', foreignRegression(['N'])],
    ['[N] from float64', foreignRegression(['N'], 'float64')],
  ])('gives one number a row, %s', async (_, bytes) => {
    const { name, kind, values } = await run(bytes, amount);
    expect([name, kind]).toEqual(['ltv', 'amount']);
    regression(values);
  });

  it('gives the probability of a class', async () => {
    const { values } = await run(foreignClassifier(), churn);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(1 / (1 + Math.exp((b[i] ?? 0) - (a[i] ?? 0))), 5);
    });
    const stays = await run(foreignClassifier(), { ...churn, class: 'stays' });
    stays.values.forEach((value, i) => {
      expect(value + (values[i] ?? 0)).toBeCloseTo(1, 5);
    });
  });

  it.each(['int64', 'string'] as const)('gives labels that are %s', async (type) => {
    const classes = type === 'string' ? ['leaves', 'stays'] : ['1', '0'];
    const label = { ...amount, output: 'label', meaning: 'label', column: 'churned' };
    const { values } = await run(foreignClassifier(type), { ...label, classes });
    expect(values).toBeInstanceOf(Int32Array);
    values.forEach((value, i) => {
      if (a[i] !== b[i]) expect(value).toBe((a[i] ?? 0) > (b[i] ?? 0) ? 0 : 1);
    });
    if (type === 'int64')
      expect((await run(foreignClassifier(), label)).values[0]).toBe(values[0] === 0 ? 1 : 0);
  });

  it('tells how far it is, can be aborted, and runs twice', async () => {
    const model = await openOnnxModel(foreignRegression(['N']), amount);
    try {
      const seen: number[] = [];
      await model.run(matrix, { onProgress: ({ done }) => seen.push(done) });
      expect(seen).toEqual([4096, 5000]);
      const abort = new AbortController();
      const stopped = model.run(matrix, { signal: abort.signal, onProgress: () => abort.abort() });
      await expect(stopped).rejects.toMatchObject({ code: 'engine_aborted' });
      regression((await model.run(matrix)).values);
      const empty = FeatureMatrix.fromRows(['a', 'b'], []);
      expect((await model.run(empty)).values).toHaveLength(0);
      await expect(model.run(matrix.select(['b']))).rejects.toMatchObject({ code: 'engine_feature_missing' });
    } finally {
      await model.close();
    }
    const signal = AbortSignal.abort();
    await expect(openOnnxModel(foreignRegression(['N']), amount, { signal })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });
});

describe('a mismatch is refused by name', () => {
  it.each<[string, Uint8Array, object]>([
    ['input', foreignRegression(['N']), { ...amount, input: 'x' }],
    [
      'input_type',
      foreignOnnx({ inputs: [{ ...floatInput, type: 'int64' }], nodes: [], outputs: [floatInput] }),
      amount,
    ],
    ['input_shape', foreignRegression(['N']), { ...amount, features: features.slice(1) }],
    [
      'input_shape',
      foreignOnnx({ inputs: [{ ...floatInput, shape: [1, 2] }], nodes: [], outputs: [floatInput] }),
      amount,
    ],
    [
      'input_shape',
      foreignOnnx({ inputs: [{ ...floatInput, shape: ['N'] }], nodes: [], outputs: [floatInput] }),
      amount,
    ],
    [
      'inputs',
      foreignOnnx({ inputs: [floatInput, { ...floatInput, name: 'Z' }], nodes: [], outputs: [floatInput] }),
      amount,
    ],
    ['output', foreignRegression(['N']), { ...amount, output: 'label' }],
    ['output_type', foreignClassifier(), { ...amount, output: 'label' }],
    ['output_type', foreignOnnx({ nodes: [], outputs: [{ name: 'y', type: 'sequence' }] }), amount],
    ['output_shape', foreignClassifier(), { ...churn, class: null }],
    [
      'output_shape',
      foreignOnnx({ nodes: [], outputs: [{ name: 'y', type: 'float32', shape: ['N', 2, 2] }] }),
      amount,
    ],
    ['classes', foreignClassifier(), { ...churn, classes: ['stays', 'leaves', 'dies'] }],
  ])('before it runs: %s', async (what, bytes, manifest) => {
    await expect(openOnnxModel(bytes, manifest)).rejects.toMatchObject({
      code: 'engine_onnx_manifest_mismatch',
      details: { what },
    });
  });

  it.each<[string, Uint8Array, object]>([
    ['range', foreignRegression(['N']), { ...amount, meaning: 'probability' }],
    ['range', foreignRegression(['N']), { ...amount, range: { min: -1, max: 1 } }],
    ['classes', foreignClassifier(), { ...amount, output: 'label', meaning: 'label', classes: ['0', 'no'] }],
    [
      'output_shape',
      foreignOnnx({
        nodes: [{ operator: 'ReduceMax', inputs: ['X'], outputs: ['y'] }],
        outputs: [{ name: 'y', type: 'float32' }],
      }),
      amount,
    ],
  ])('when it runs: %s', async (what, bytes, manifest) => {
    await expect(run(bytes, manifest)).rejects.toMatchObject({
      code: 'engine_onnx_manifest_mismatch',
      details: { what },
    });
  });

  it('of a feature’s version', async () => {
    const bytes = foreignRegression(['N']);
    regression((await run(bytes, amount, { featureVersions: { a: '2', b: 9 } })).values);
    await expect(run(bytes, amount, { featureVersions: { a: 3 } })).rejects.toMatchObject({
      code: 'engine_feature_version_mismatch',
      details: { feature: 'a', expected: '2', found: 3 },
    });
    await expect(run(bytes, amount, { featureVersions: { b: 3 } })).rejects.toMatchObject({
      code: 'engine_feature_missing',
    });
  });

  it.each([
    ['version', { version: 2 }],
    ['features', { features: [] }],
    ['features', { features: [{ name: 'a' }, { name: 'a' }] }],
    ['features/0/name', { features: [{ name: '' }] }],
    ['meaning', { meaning: 'guess' }],
    ['column', { column: 'Churn score' }],
    ['class', { class: 'leaves' }],
    ['classes', { classes: ['one'] }],
    ['range', { range: { min: 1, max: 1 } }],
    ['name', { name: 7 }],
  ])('of a manifest that is none: %s', async (path, change) => {
    await expect(onnxModel(foreignRegression(['N']), { ...amount, ...change })).rejects.toMatchObject({
      code: 'engine_onnx_manifest_invalid',
      details: { path },
    });
  });
});

describe('a file that is refused', () => {
  const whole = foreignClassifier();

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('not a model')],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95, 0x0a, 0, 0, 0, 0, 0, 0, 0)],
  ])('is %s', async (_, bytes) => {
    await expect(openOnnxModel(bytes, churn)).rejects.toMatchObject({ code: 'engine_onnx_invalid' });
  });

  it.each([
    ['dims', { weights: { shape: [1e6, 1e6], values: [1] } }],
    ['dims', { weights: { shape: [2 ** 53, 2 ** 53, 2 ** 53], values: [1] } }],
    ['external_data', { weights: { shape: [2, 1], values: [], external: true } }],
  ])('claims what it has not: %s', async (reason, constants) => {
    const bytes = foreignOnnx({
      constants,
      nodes: [{ operator: 'MatMul', inputs: ['X', 'weights'], outputs: ['y'] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 1] }],
    });
    await expect(openOnnxModel(bytes, amount)).rejects.toMatchObject({
      code: 'engine_onnx_invalid',
      details: { reason },
    });
  });

  it.each([
    ['Loop', 0],
    ['Loop', 3],
    ['depth', 40],
  ])('has a %s, %d graphs deep', (reason, depth) => {
    const outputs = [{ name: 'y', type: 'float32' as const }];
    let graph = { nodes: [{ operator: 'Loop', inputs: ['X'], outputs: ['y'] }], outputs };
    for (let i = 0; i < depth; i++) {
      const node = { operator: 'If', inputs: ['X'], outputs: ['y'], graph: { then_branch: graph } };
      graph = { nodes: [node], outputs };
    }
    expect(() => describeOnnx(foreignOnnx(graph))).toThrow(expect.objectContaining({ details: { reason } }));
  });

  it('asks for more memory than there is, and leaves the runtime in order', async () => {
    const bytes = foreignOnnx({
      constants: { size: { shape: [1], values: [1e12] } },
      nodes: [
        { operator: 'Cast', inputs: ['size'], outputs: ['whole'], int: { to: 7 } },
        { operator: 'ConstantOfShape', inputs: ['whole'], outputs: ['huge'] },
        { operator: 'ReduceSum', inputs: ['huge'], outputs: ['y'] },
      ],
      outputs: [{ name: 'y', type: 'float32' }],
    });
    await expect(run(bytes, amount)).rejects.toMatchObject({ code: 'engine_onnx_invalid' });
    regression((await run(foreignRegression(['N']), amount)).values);
  });

  it('has an operator that nobody knows', async () => {
    const bytes = foreignOnnx({
      nodes: [{ operator: 'Divine', inputs: ['X'], outputs: ['y'] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 1] }],
    });
    await expect(openOnnxModel(bytes, amount)).rejects.toMatchObject({ code: 'engine_onnx_invalid' });
  });

  it('is any bytes, or any cut of a good one: a coded error, or a description', () => {
    const coded = (bytes: Uint8Array) => {
      try {
        expect(describeOnnx(bytes).outputs.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ code: 'engine_onnx_invalid' });
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), coded), { numRuns: 500 });
    for (let length = 0; length < whole.length; length++) coded(whole.subarray(0, length));
  });

  it('is a good one with bytes changed: coded errors, or answers', async () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          expect((await run(bytes, churn)).values).toHaveLength(5000);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^engine_onnx_/) });
        }
      }),
      { numRuns: 150 },
    );
    regression((await run(foreignRegression(['N']), amount)).values);
  });
});

describe('as a model like any other', () => {
  it('is data beside its file', async () => {
    const bytes = foreignClassifier();
    const model = await onnxModel(bytes, churn);
    expect(model.features).toEqual(['a', 'b']);
    expect(model.file.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(deserializeModel(serializeModel(model))).toEqual(model);
    expect(modelOutputs(model)).toEqual([{ name: 'churn', kind: 'probability' }]);
    const [output] = await applyModel(model, matrix, { onnx: { bytes } });
    expect(output).toEqual(await run(bytes, churn));
    expect(() => exportOnnx(model)).toThrow(expect.objectContaining({ code: 'engine_onnx_invalid' }));
  });

  it('takes no other file, and none at all neither', async () => {
    const model = await onnxModel(foreignClassifier(), churn);
    const other = foreignClassifier().map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte));
    await expect(applyModel(model, matrix, { onnx: { bytes: other } })).rejects.toMatchObject({
      code: 'engine_onnx_manifest_mismatch',
      details: { what: 'digest' },
    });
    await expect(applyModel(model, matrix)).rejects.toMatchObject({ code: 'engine_option_invalid' });
  });
});
