import { EngineError } from '../errors.ts';
import type { OnnxFile, OnnxValue } from './file.ts';

/** What the number that a model gives is. */
export type OnnxMeaning = 'probability' | 'amount' | 'label' | 'score';

/** What an ONNX file does not say of itself: which features go in, and what comes out. Plain JSON. */
export interface OnnxManifest {
  readonly version: 1;
  readonly name: string;
  /** Columns of the input, in order. The version is that of the feature's definition; null when any will do. */
  readonly features: readonly { readonly name: string; readonly version: string | null }[];
  /** Name of the one input: float32 or float64, [N, D], NaN where a value is missing. */
  readonly input: string;
  /** Name of the output that is wanted: [N] or [N, 1], or [N, C] with a number for each of `classes`. */
  readonly output: string;
  /**
   * - `probability`: 0 to 1.
   * - `amount`: money, or another amount.
   * - `label`: a class: whole numbers, or texts out of `classes`.
   * - `score`: any other number, of which more is more.
   */
  readonly meaning: OnnxMeaning;
  /** The name of the column that `applyModel` gives: small letters, digits and `_`. */
  readonly column: string;
  /** Names of the classes, in the order of the output's columns. A label then counts by its place here. */
  readonly classes: readonly string[] | null;
  /** Of an output [N, C]: the class whose column is taken. */
  readonly class: string | null;
  /** Values beyond it are refused, not cut. A probability has 0 to 1 by itself. */
  readonly range: { readonly min: number; readonly max: number } | null;
}

const meanings: readonly OnnxMeaning[] = ['probability', 'amount', 'label', 'score'];
const mostFeatures = 10_000;

/**
 * Checks a manifest from outside; nothing unknown is kept. `version` of a feature may be a number, and what may be null may
 * be left out.
 * @throws EngineError `engine_onnx_manifest_invalid`, with the path of what is wrong in `details.path`
 */
export function parseOnnxManifest(value: unknown): OnnxManifest {
  const manifest = record(value, 'manifest');
  if (manifest.version !== 1) throw invalid('version', 'must be 1');
  if (!Array.isArray(manifest.features)) throw invalid('features', 'must be a list');
  if (manifest.features.length === 0 || manifest.features.length > mostFeatures)
    throw invalid('features', `must be 1 to ${mostFeatures} features`);
  const features = manifest.features.map((entry: unknown, i) => {
    const feature = record(entry, `features/${i}`);
    return {
      name: text(feature.name, `features/${i}/name`),
      version: parseVersion(feature.version, `features/${i}/version`),
    };
  });
  if (new Set(features.map(({ name }) => name)).size !== features.length)
    throw invalid('features', 'must have different names');
  const meaning = meanings.find((candidate) => candidate === manifest.meaning);
  if (!meaning) throw invalid('meaning', `must be one of ${meanings.join(', ')}`);
  const column = text(manifest.column, 'column');
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(column))
    throw invalid('column', 'must be small letters, digits and underscores');
  const classes = parseClasses(manifest.classes);
  const own = manifest.class === undefined || manifest.class === null ? null : text(manifest.class, 'class');
  if (own !== null && !classes?.includes(own)) throw invalid('class', 'must be one of the classes');
  return {
    version: 1,
    name: text(manifest.name, 'name'),
    features,
    input: text(manifest.input, 'input'),
    output: text(manifest.output, 'output'),
    meaning,
    column,
    classes,
    class: own,
    range: parseRange(manifest.range),
  };
}

/**
 * Holds a file against its manifest, without the runtime.
 * @throws EngineError `engine_onnx_manifest_mismatch`; `details` has `what` does not fit, as `expected` and as `found`
 */
export function checkOnnxManifest(file: OnnxFile, manifest: OnnxManifest): void {
  const [input, ...others] = file.inputs;
  if (!input || others.length > 0) throw mismatch('inputs', 1, file.inputs.length);
  if (input.name !== manifest.input) throw mismatch('input', manifest.input, input.name);
  if (input.type !== 'float32' && input.type !== 'float64')
    throw mismatch('input_type', 'float32', input.type);
  if (input.shape) checkInputShape(input.shape, manifest.features.length);
  const output = file.outputs.find(({ name }) => name === manifest.output);
  if (!output) throw mismatch('output', manifest.output, file.outputs.map(({ name }) => name).join(', '));
  checkOutput(output, manifest);
}

function checkInputShape(shape: NonNullable<OnnxValue['shape']>, width: number): void {
  if (shape.length !== 2) throw mismatch('input_shape', `N × ${width}`, showShape(shape));
  const [rows, columns] = shape;
  if (typeof rows === 'number' || (typeof columns === 'number' && columns !== width))
    throw mismatch('input_shape', `N × ${width}`, showShape(shape));
}

function checkOutput({ type, shape }: OnnxValue, manifest: OnnxManifest): void {
  const allowed = outputTypes(manifest);
  if (!allowed.includes(type)) throw mismatch('output_type', allowed.join(' or '), type);
  if (!shape) return;
  const columns = shape.length === 1 ? 1 : shape[1];
  if (shape.length < 1 || shape.length > 2) throw mismatch('output_shape', 'N or N × C', showShape(shape));
  if (typeof columns === 'number') checkColumns(columns, manifest);
}

/**
 * @returns the column of an output [N, C] that is wanted
 * @throws EngineError `engine_onnx_manifest_mismatch`
 */
export function checkColumns(columns: number, manifest: OnnxManifest): number {
  if (columns === 1) return 0;
  const { classes, class: own } = manifest;
  if (manifest.meaning === 'label' || !classes || own === null)
    throw mismatch('output_shape', 'one number a row, or a class', `${columns} a row`);
  if (classes.length !== columns) throw mismatch('classes', columns, classes.length);
  return classes.indexOf(own);
}

function outputTypes({ meaning, classes }: OnnxManifest): readonly string[] {
  if (meaning !== 'label') return ['float32', 'float64'];
  const numbers = ['int64', 'int32', 'bool', 'float32'];
  return classes ? [...numbers, 'string'] : numbers;
}

/**
 * Holds the caller's features against those that the model was made for.
 * @param versions of the features' definitions, by name
 * @throws EngineError `engine_feature_version_mismatch`, `engine_feature_missing`
 */
export function checkFeatureVersions(
  manifest: OnnxManifest,
  versions: Readonly<Record<string, string | number>>,
): void {
  for (const { name, version } of manifest.features) {
    if (version === null) continue;
    const found = Object.hasOwn(versions, name) ? versions[name] : undefined;
    if (found === undefined) {
      throw new EngineError('engine_feature_missing', `Feature "${name}" has no version here.`, {
        details: { feature: name },
      });
    }
    if (String(found) !== version) {
      throw new EngineError(
        'engine_feature_version_mismatch',
        `The model was made for version ${version} of "${name}", and there is version ${found}.`,
        { details: { feature: name, expected: version, found } },
      );
    }
  }
}

export function mismatch(what: string, expected: string | number, found: string | number): EngineError {
  return new EngineError(
    'engine_onnx_manifest_mismatch',
    `The ONNX file and its manifest do not fit (${what}): expected ${expected}, found ${found}.`,
    { details: { what, expected, found } },
  );
}

function showShape(shape: readonly (number | string | null)[]): string {
  return shape.length === 0 ? 'a single value' : shape.map((size) => size ?? '?').join(' × ');
}

function parseVersion(value: unknown, path: string): string | null {
  if (value === undefined || value === null) return null;
  if (Number.isSafeInteger(value)) return String(value);
  return text(value, path);
}

function parseClasses(value: unknown): string[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || value.length < 2) throw invalid('classes', 'must be at least two names');
  const names = value.map((name: unknown, i) => text(name, `classes/${i}`));
  if (new Set(names).size !== names.length) throw invalid('classes', 'must be different names');
  return names;
}

function parseRange(value: unknown): OnnxManifest['range'] {
  if (value === undefined || value === null) return null;
  const { min, max } = record(value, 'range');
  if (typeof min !== 'number' || typeof max !== 'number' || !(Number.isFinite(max - min) && min < max))
    throw invalid('range', 'must have a finite min below a finite max');
  return { min, max };
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, 'must be an object');
  return { ...value };
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw invalid(path, 'must be a text of at most 200 characters');
  return value;
}

function invalid(path: string, what: string): EngineError {
  return new EngineError('engine_onnx_manifest_invalid', `The manifest is not valid: ${path} ${what}.`, {
    details: { path },
  });
}
