import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import { exportOnnx } from '../onnx/export.ts';
import { onnxModel } from '../onnx/onnx-model.ts';
import { goodInput } from '../testing/family-inputs.ts';
import { models } from '../testing/family-members.ts';
import { applyModel } from './apply.ts';
import { deserializeModel, type Model, parseModel, serializeModel } from './model.ts';

const { matrix } = goodInput();
const [first] = models;
if (!first) throw new Error('There are models.');
/** One of somebody else's making. */
const foreign = await onnxModel(exportOnnx(first), {
  version: 1,
  name: 'clusters',
  features: matrix.names.map((name) => ({ name, version: 2 })),
  input: 'features',
  output: 'label',
  meaning: 'label',
  column: 'cluster',
  range: { min: 0, max: 2 },
});

/** What stands in JSON where something else should; the text may hold numbers that float64 does not. */
const replacements = [
  null,
  true,
  '',
  'x',
  '\u0000',
  '3',
  0,

  1,
  -1,
  2,
  0.5,
  1e300,
  -1e300,
  5e-324,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  [],
  {},
  [[]],
  [null],
  '__proto__',
  'kmeans',
  'number',
  'none',
];

const mutation = fc.record({
  /** Which child to go down to, level by level; it stops early where there is none. */
  way: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  action: fc.constantFrom('remove', 'replace', 'double'),
  value: fc.constantFrom(...replacements),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;
type Json = Record<string, unknown> | unknown[];

function mutate(root: Json, { way, action, value }: Mutation): void {
  let at = root;
  let key = '';
  for (const [depth, choice] of way.entries()) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    key = keys[choice % keys.length] ?? '';
    const child: unknown = Reflect.get(at, key);
    if (depth === way.length - 1 || !isJson(child)) break;
    at = child;
  }
  if (Array.isArray(at) && action !== 'replace')
    at.splice(Number(key), 1, ...(action === 'double' ? [at[Number(key)], at[Number(key)]] : []));
  else if (action === 'remove') Reflect.deleteProperty(at, key);
  else Reflect.set(at, key, value);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function parsed(value: unknown): Model | undefined {
  try {
    return parseModel(value);
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'engine_model_invalid' });
    return undefined;
  }
}

describe('a model that was changed', () => {
  it.each([...models, foreign].map((model) => [model.algorithm, model] as const))(
    'is refused, or can be applied and exported: %s',
    async (_, model) => {
      const text = serializeModel(model);
      await fc.assert(
        fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 2 }), async (mutations) => {
          const changed: Json = JSON.parse(text);
          for (const one of mutations) mutate(changed, one);
          const read = parsed(changed);
          if (!read) return;
          for (const use of [() => applyModel(read, matrix), async () => exportOnnx(read)]) {
            await use().catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
          }
          // What was let in can be written, and is let in again.
          expect(deserializeModel(serializeModel(read))).toEqual(read);
        }),
        { numRuns: 150 },
      );
    },
    20_000,
  );

  it('is refused whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => parsed(value) === undefined));
  });

  it('is refused as text that is not JSON', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, cut) => {
        const whole = serializeModel(first);
        for (const broken of [text, whole.slice(0, cut % whole.length)]) {
          expect(() => deserializeModel(broken)).toThrow(
            expect.objectContaining({ code: 'engine_model_invalid' }),
          );
        }
      }),
    );
  });
});
