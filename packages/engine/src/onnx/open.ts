import { throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import type { ModelOutput } from '../models/apply.ts';
import { describeOnnx } from './file.ts';
import {
  checkColumns,
  checkFeatureVersions,
  checkOnnxManifest,
  mismatch,
  type OnnxManifest,
  parseOnnxManifest,
} from './manifest.ts';
import { type OnnxRunOptions, type OnnxRuntimeOptions, type OnnxTensor, openSession } from './session.ts';

export interface OpenOnnxOptions extends OnnxRuntimeOptions {
  /** Versions of the definitions of the features that will be given, by name; none are checked without. */
  readonly featureVersions?: Readonly<Record<string, string | number>> | undefined;
}

/** A model of somebody else's making, ready to run. */
export interface OpenedOnnxModel {
  /** What it runs on: the CPU too where the graphics device has not its operators. */
  readonly device: 'cpu' | 'webgpu';
  readonly manifest: OnnxManifest;
  /**
   * One number a row, under the manifest's `column`; labels are int32, and NaN stays NaN.
   * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_onnx_invalid` (the runtime cannot run it),
   *   `engine_onnx_manifest_mismatch` (it gives something else than the manifest says), `engine_aborted`
   */
  run(matrix: FeatureMatrix, options?: OnnxRunOptions): Promise<ModelOutput>;
  /** Must be called once; the runtime's memory is not freed by itself. */
  close(): Promise<void>;
}

/**
 * Opens an ONNX file that others made, if it is what its manifest says: first by reading the file, which needs no runtime, then by
 * what ONNX Runtime finds. A single run of it cannot be interrupted, and a file may be slow on purpose (loops are refused, but
 * not large products): run files that you do not trust in a worker that can be ended.
 * @param manifest as `parseOnnxManifest` takes it
 * @throws EngineError (as a rejection) `engine_onnx_manifest_invalid`, `engine_onnx_invalid`,
 *   `engine_onnx_manifest_mismatch`, `engine_feature_version_mismatch`, `engine_feature_missing`,
 *   `engine_onnx_runtime_missing`, `engine_device_unavailable`, `engine_aborted`
 */
export async function openOnnxModel(
  bytes: Uint8Array,
  manifest: unknown,
  options: OpenOnnxOptions = {},
): Promise<OpenedOnnxModel> {
  throwIfAborted(options.signal);
  const checked = parseOnnxManifest(manifest);
  checkOnnxManifest(describeOnnx(bytes), checked);
  if (options.featureVersions) checkFeatureVersions(checked, options.featureVersions);
  const session = await openSession(bytes, options);
  const features = checked.features.map(({ name }) => name);
  return {
    device: session.device,
    manifest: checked,
    close: () => session.release(),
    async run(matrix, runOptions) {
      const selected = matrix.select(features);
      const values =
        checked.meaning === 'label' ? new Int32Array(selected.rowCount) : new Float32Array(selected.rowCount);
      await session.run(
        selected,
        [checked.output],
        (_, tensor, start, rows) => readOutput(tensor, checked, values, start, rows),
        runOptions,
      );
      return { name: checked.column, kind: checked.meaning, values };
    },
  };
}

function readOutput(
  { data, dims }: OnnxTensor,
  manifest: OnnxManifest,
  values: Float32Array | Int32Array,
  start: number,
  rows: number,
): void {
  const columns = dims.length === 2 ? (dims[1] ?? 0) : 1;
  if (dims[0] !== rows || dims.length > 2 || columns < 1)
    throw mismatch('output_shape', `${rows} or ${rows} × C`, dims.join(' × '));
  const column = checkColumns(columns, manifest);
  const read = manifest.meaning === 'label' ? labelReader(manifest) : numberReader(manifest);
  for (let i = 0; i < rows; i++) values[start + i] = read(data[i * columns + column]);
}

type Read = (value: string | number | bigint | undefined) => number;

/** What rounding in float32 may leave of 0 and 1. */
const slack = 1e-6;

function numberReader({ meaning, range }: OnnxManifest): Read {
  const { min, max } =
    range ?? (meaning === 'probability' ? { min: 0, max: 1 } : { min: -Infinity, max: Infinity });
  const allowed = Number.isFinite(max - min) ? slack * (max - min) : 0;
  return (value) => {
    if (typeof value !== 'number') throw mismatch('output_type', 'a float', typeof value);
    if (value < min - allowed || value > max + allowed) throw mismatch('range', `${min} to ${max}`, value);
    if (!Number.isFinite(value) && !Number.isNaN(value))
      throw mismatch('range', 'a finite number', String(value));
    return value;
  };
}

function labelReader({ classes, range }: OnnxManifest): Read {
  const places = classes && new Map(classes.map((name, i) => [name, i]));
  return (value) => {
    if (places) {
      const place = places.get(String(value));
      if (place === undefined) throw mismatch('classes', 'one of the classes', String(value));
      return place;
    }
    const label = Number(value);
    if (!Number.isInteger(label) || label !== (label | 0))
      throw mismatch('output_type', 'whole numbers of 32 bits', String(value));
    if (range && (label < range.min || label > range.max))
      throw mismatch('range', `${range.min} to ${range.max}`, label);
    return label;
  };
}
