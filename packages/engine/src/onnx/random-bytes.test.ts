import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { goodInput } from '../testing/family-inputs.ts';
import { models } from '../testing/family-members.ts';
import { exportOnnx } from './export.ts';
import { describeOnnx } from './file.ts';
import { onnxFeatures, readOnnxMetadata } from './metadata.ts';
import { onnxModel } from './onnx-model.ts';
import { openOnnxModel } from './open.ts';
import { runOnnx } from './run.ts';

const { matrix } = goodInput();
const files = models.map(exportOnnx);

const manifest = {
  version: 1,
  name: 'a model',
  features: matrix.names.map((name) => ({ name })),
  input: 'features',
  output: 'label',
  meaning: 'label',
  column: 'cluster',
};

/** Everything that reads a file before ONNX Runtime does. */
const readers: readonly [string, (bytes: Uint8Array) => unknown][] = [
  ['readOnnxMetadata', readOnnxMetadata],
  ['onnxFeatures', onnxFeatures],
  ['describeOnnx', describeOnnx],
  ['onnxModel', (bytes) => onnxModel(bytes, manifest)],
];

/** And what hands it on to the runtime. */
const runners: readonly [string, (bytes: Uint8Array) => Promise<unknown>][] = [
  ['runOnnx', (bytes) => runOnnx(bytes, matrix)],
  [
    'openOnnxModel',
    async (bytes) => {
      const opened = await openOnnxModel(bytes, manifest);
      try {
        await opened.run(matrix);
      } finally {
        await opened.close();
      }
    },
  ],
];

const file = fc.constantFrom(...files);
const randomBytes = fc.uint8Array({ maxLength: 400 });
const cutShort = fc.record({ file, at: fc.nat() }).map(({ file, at }) => file.slice(0, at % file.length));
const changed = fc
  .record({
    file,
    places: fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ file, places }) => {
    const bytes = file.slice();
    // The beginning of a file has more meaning a byte than its weights have.
    for (const [i, { at, byte }] of places.entries())
      bytes[at % (i % 2 === 0 ? Math.min(600, bytes.length) : bytes.length)] = byte;
    return bytes;
  });

async function holds(use: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Promise<void> {
  const before = bytes.slice();
  try {
    await use(bytes);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    expect(error.code).toMatch(/^engine_/);
  }
  expect(bytes).toEqual(before);
}

describe.each(readers)('%s', (_, use) => {
  it.each([
    ['random bytes', randomBytes],
    ['a file cut short', cutShort],
    ['a file with other bytes in it', changed],
  ])('takes %s, or refuses them by a code', async (_, bytes) => {
    await fc.assert(
      fc.asyncProperty(bytes, (given) => holds(use, given)),
      { numRuns: 200 },
    );
  });
});

describe.each(runners)('%s', (_, use) => {
  it.each([
    ['random bytes', randomBytes],
    ['a file cut short', cutShort],
    ['a file with other bytes in it', changed],
  ])(
    'takes %s, or refuses them by a code',
    async (_, bytes) => {
      await fc.assert(
        fc.asyncProperty(bytes, (given) => holds(use, given)),
        { numRuns: 25 },
      );
    },
    20_000,
  );
});
