import { EngineError, throwIfAborted } from '../errors.ts';
import { sha256 } from '../lineage/data-digest.ts';
import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { count, featureNames, invalid, object, oneOf, text } from '../models/checks.ts';
import { describeOnnx } from './file.ts';
import { checkOnnxManifest, mismatch, type OnnxManifest, parseOnnxManifest } from './manifest.ts';

/** A model that others made, as plain data beside its file: the file itself is kept elsewhere, under its digest. */
export interface OnnxModel {
  readonly algorithm: 'onnx';
  readonly version: 1;
  /** The manifest's, by name. */
  readonly features: readonly string[];
  readonly manifest: OnnxManifest;
  readonly file: {
    /** `sha256:` and 64 hex digits. */
    readonly digest: string;
    /** In bytes. */
    readonly size: number;
  };
  readonly lineage?: Lineage;
}

/**
 * Takes in a model that others made, if the file is what the manifest says; nothing is run.
 * @param manifest as `parseOnnxManifest` takes it
 * @throws EngineError (as a rejection) `engine_onnx_manifest_invalid`, `engine_onnx_invalid`,
 *   `engine_onnx_manifest_mismatch`, `engine_crypto_unavailable`, `engine_aborted`
 */
export async function onnxModel(
  bytes: Uint8Array,
  manifest: unknown,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<OnnxModel> {
  throwIfAborted(options.signal);
  const checked = parseOnnxManifest(manifest);
  checkOnnxManifest(describeOnnx(bytes), checked);
  return {
    algorithm: 'onnx',
    version: 1,
    features: checked.features.map(({ name }) => name),
    manifest: checked,
    file: { digest: await digestOf(bytes), size: bytes.length },
  };
}

/** @throws EngineError (as a rejection) `engine_onnx_manifest_mismatch` unless these are the bytes the model was made of */
export async function checkOnnxFile(model: OnnxModel, bytes: Uint8Array): Promise<void> {
  const { digest, size } = model.file;
  if (bytes.length !== size) throw mismatch('size', size, bytes.length);
  const found = await digestOf(bytes);
  if (found !== digest) throw mismatch('digest', digest, found);
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  // A copy, also because a digest over shared memory is not to be had.
  return `sha256:${await sha256(new Uint8Array(bytes))}`;
}

/** @throws EngineError `engine_model_invalid`, with `details.path` */
export function parseOnnxModel(value: unknown): OnnxModel {
  const model = object(value, 'model');
  const manifest = manifestOf(model.manifest);
  const features = featureNames(model.features);
  if (features.join('\n') !== manifest.features.map(({ name }) => name).join('\n'))
    throw invalid('features', 'must be those of the manifest');
  const file = object(model.file, 'file');
  const digest = text(file.digest, 'file/digest');
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw invalid('file/digest', 'must be a SHA-256');
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['onnx']),
    version: oneOf(model.version, 'version', [1]),
    features,
    manifest,
    file: { digest, size: count(file.size, 'file/size') },
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

/** What is wrong with it is wrong with the model that it is part of. */
function manifestOf(value: unknown): OnnxManifest {
  try {
    return parseOnnxManifest(value);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const details = { path: `manifest/${cause.details.path}` };
    throw new EngineError('engine_model_invalid', cause.message, { details, cause });
  }
}
